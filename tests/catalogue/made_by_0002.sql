PRAGMA application_id = 1397050695;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE batches (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	action VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	annotator VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	reverses INTEGER, 
	below INTEGER, 
	undo_top INTEGER, 
	redo_top INTEGER, 
	CONSTRAINT action CHECK (action IN ('do', 'undo', 'redo', 'setup')), 
	FOREIGN KEY(reverses) REFERENCES batches (id), 
	FOREIGN KEY(below) REFERENCES batches (id), 
	FOREIGN KEY(undo_top) REFERENCES batches (id), 
	FOREIGN KEY(redo_top) REFERENCES batches (id)
);
INSERT INTO "batches" VALUES(1,'setup','Add classes Square, Rectangular, Centred rectangular, Hexagonal, Oblique','setup','2026-11-22 03:51:02.840534',NULL,NULL,NULL,NULL);
INSERT INTO "batches" VALUES(2,'do','Label 3 images as Square','ann','2026-11-22 03:51:02.850158',NULL,NULL,2,NULL);
INSERT INTO "batches" VALUES(3,'do','Label 1 image as Ångström, a new class','bob','2026-11-22 03:51:02.859135',NULL,2,3,NULL);
INSERT INTO "batches" VALUES(4,'do','Rename class Ångström to Rods','ann','2026-11-22 03:51:02.870278',NULL,3,4,NULL);
INSERT INTO "batches" VALUES(5,'do','Archive class Oblique','ann','2026-11-22 03:51:02.872834',NULL,4,5,NULL);
INSERT INTO "batches" VALUES(6,'do','Remove the label of 1 image','bob','2026-11-22 03:51:02.880998',NULL,5,6,NULL);
INSERT INTO "batches" VALUES(7,'do','Label 1 image as Hexagonal','ann','2026-11-22 03:51:02.883362',NULL,6,7,NULL);
INSERT INTO "batches" VALUES(8,'undo','Label 1 image as Hexagonal','cyd','2026-11-22 03:51:02.893845',7,NULL,6,8);
CREATE TABLE class_events (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	batch_id INTEGER NOT NULL, 
	class_id VARCHAR NOT NULL, 
	present BOOLEAN NOT NULL, 
	name VARCHAR NOT NULL, 
	colour VARCHAR NOT NULL, 
	shortcut VARCHAR NOT NULL, 
	description VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	archived BOOLEAN NOT NULL, 
	undoes INTEGER, 
	FOREIGN KEY(batch_id) REFERENCES batches (id), 
	FOREIGN KEY(undoes) REFERENCES class_events (id)
);
INSERT INTO "class_events" VALUES(1,1,'lattice.square',1,'Square','#008f76','1','Two equal sides at a right angle.',0,0,NULL);
INSERT INTO "class_events" VALUES(2,1,'lattice.rectangular',1,'Rectangular','#be621c','2','Two different sides at a right angle.',1,0,NULL);
INSERT INTO "class_events" VALUES(3,1,'lattice.centred_rectangular',1,'Centred rectangular','#2e45b3','3','Rectangular with a point in the middle of each cell.',2,0,NULL);
INSERT INTO "class_events" VALUES(4,1,'lattice.hexagonal',1,'Hexagonal','#eca9af','4','Two equal sides at 120°.',3,0,NULL);
INSERT INTO "class_events" VALUES(5,1,'lattice.oblique',1,'Oblique','#9421ff','5','Two different sides at no special angle.',4,0,NULL);
INSERT INTO "class_events" VALUES(6,3,'user.7c65e0636e8c',1,'Ångström','#a1c51b','6','',5,0,NULL);
INSERT INTO "class_events" VALUES(7,4,'user.7c65e0636e8c',1,'Rods','#a1c51b','6','',5,0,NULL);
INSERT INTO "class_events" VALUES(8,5,'lattice.oblique',1,'Oblique','#9421ff','','Two different sides at no special angle.',4,1,NULL);
CREATE TABLE image_metadata (
	image_id INTEGER NOT NULL, 
	vendor VARCHAR, 
	pixel_size_nm FLOAT, 
	hv_kv FLOAT, 
	wd_mm FLOAT, 
	magnification FLOAT, 
	tilt_deg FLOAT, 
	detector VARCHAR, 
	instrument VARCHAR, 
	databar_row INTEGER, 
	record JSON NOT NULL, 
	PRIMARY KEY (image_id), 
	FOREIGN KEY(image_id) REFERENCES images (id)
);
CREATE TABLE images (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	root_id INTEGER NOT NULL, 
	relpath TEXT NOT NULL, 
	folder TEXT NOT NULL, 
	sort_key TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	mtime_ns BIGINT NOT NULL, 
	fingerprint VARCHAR DEFAULT '' NOT NULL, 
	full_hash VARCHAR, 
	version INTEGER DEFAULT '1' NOT NULL, 
	status VARCHAR NOT NULL, 
	error TEXT, 
	width INTEGER DEFAULT '0' NOT NULL, 
	height INTEGER DEFAULT '0' NOT NULL, 
	dtype VARCHAR DEFAULT '' NOT NULL, 
	acquired_at VARCHAR, 
	databar_row INTEGER, 
	databar_source VARCHAR, 
	databar_certain INTEGER DEFAULT '1' NOT NULL, 
	contrast_low FLOAT, 
	contrast_high FLOAT, 
	CONSTRAINT status CHECK (status IN ('pending', 'ok', 'unreadable', 'missing')), 
	CONSTRAINT databar_source CHECK (databar_source IN ('tag', 'pixels', 'user')), 
	FOREIGN KEY(root_id) REFERENCES roots (id)
);
INSERT INTO "images" VALUES(1,1,'f1/img1.tif','f1','f011img011.tif',1,1,'00000000000000000000000000000001',NULL,1,'ok',NULL,0,0,'',NULL,NULL,NULL,1,NULL,NULL);
INSERT INTO "images" VALUES(2,1,'f2/img2.tif','f2','f012img012.tif',1,1,'00000000000000000000000000000002',NULL,1,'ok',NULL,0,0,'',NULL,NULL,NULL,1,NULL,NULL);
INSERT INTO "images" VALUES(3,1,'f3/img3.tif','f3','f013img013.tif',1,1,'00000000000000000000000000000003',NULL,1,'ok',NULL,0,0,'',NULL,NULL,NULL,1,NULL,NULL);
INSERT INTO "images" VALUES(4,1,'f4/img4.tif','f4','f014img014.tif',1,1,'00000000000000000000000000000004',NULL,1,'ok',NULL,0,0,'',NULL,NULL,NULL,1,NULL,NULL);
INSERT INTO "images" VALUES(5,1,'f5/img5.tif','f5','f015img015.tif',1,1,'00000000000000000000000000000005',NULL,1,'ok',NULL,0,0,'',NULL,NULL,NULL,1,NULL,NULL);
INSERT INTO "images" VALUES(6,1,'f6/img6.tif','f6','f016img016.tif',1,1,'00000000000000000000000000000006',NULL,1,'ok',NULL,0,0,'',NULL,NULL,NULL,1,NULL,NULL);
CREATE TABLE label_events (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	batch_id INTEGER NOT NULL, 
	image_id INTEGER NOT NULL, 
	class_id VARCHAR, 
	annotator VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	source VARCHAR NOT NULL, 
	model_id VARCHAR, 
	undoes INTEGER, 
	restores INTEGER, 
	CONSTRAINT source CHECK (source IN ('user', 'import', 'accepted')), 
	FOREIGN KEY(batch_id) REFERENCES batches (id), 
	FOREIGN KEY(image_id) REFERENCES images (id), 
	FOREIGN KEY(undoes) REFERENCES label_events (id), 
	FOREIGN KEY(restores) REFERENCES label_events (id)
);
INSERT INTO "label_events" VALUES(1,2,1,'lattice.square','ann','2026-11-22 03:51:02.850158','user',NULL,NULL,NULL);
INSERT INTO "label_events" VALUES(2,2,2,'lattice.square','ann','2026-11-22 03:51:02.850158','user',NULL,NULL,NULL);
INSERT INTO "label_events" VALUES(3,2,3,'lattice.square','ann','2026-11-22 03:51:02.850158','user',NULL,NULL,NULL);
INSERT INTO "label_events" VALUES(4,3,4,'user.7c65e0636e8c','bob','2026-11-22 03:51:02.859135','user',NULL,NULL,NULL);
INSERT INTO "label_events" VALUES(5,6,2,NULL,'bob','2026-11-22 03:51:02.880998','user',NULL,NULL,NULL);
INSERT INTO "label_events" VALUES(6,7,5,'lattice.hexagonal','ann','2026-11-22 03:51:02.883362','user',NULL,NULL,NULL);
INSERT INTO "label_events" VALUES(7,8,5,NULL,'cyd','2026-11-22 03:51:02.893845','user',NULL,6,NULL);
CREATE TABLE models (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id VARCHAR NOT NULL, 
	class_ids JSON NOT NULL, 
	added_at VARCHAR NOT NULL
);
INSERT INTO "models" VALUES(1,'m@1','["lattice.square", "lattice.hexagonal"]','2026-11-22T03:51:02+00:00');
CREATE TABLE predictions (
	image_id INTEGER NOT NULL, 
	model INTEGER NOT NULL, 
	predicted VARCHAR NOT NULL, 
	confidence FLOAT NOT NULL, 
	novelty FLOAT NOT NULL, 
	status VARCHAR NOT NULL, 
	predicted_at VARCHAR NOT NULL, 
	PRIMARY KEY (image_id, model), 
	CONSTRAINT status CHECK (status IN ('ok', 'uncertain', 'not_sem', 'error')), 
	FOREIGN KEY(image_id) REFERENCES images (id), 
	FOREIGN KEY(model) REFERENCES models (id)
)
 WITHOUT ROWID

;
INSERT INTO "predictions" VALUES(1,1,'lattice.hexagonal',0.7,0.1,'ok','2026-11-22T03:51:02+00:00');
CREATE TABLE project_info (
	"key" VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "project_info" VALUES('uuid','f016b9bb480e42e793bd0c5db5d19126');
INSERT INTO "project_info" VALUES('created_at','2026-11-22T03:51:02+00:00');
CREATE TABLE roots (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	path TEXT NOT NULL, 
	scanned_at VARCHAR
);
INSERT INTO "roots" VALUES(1,'/data',NULL);
CREATE TABLE splits (
	image_id INTEGER NOT NULL, 
	group_key VARCHAR NOT NULL, 
	split VARCHAR NOT NULL, 
	decided_at VARCHAR NOT NULL, 
	PRIMARY KEY (image_id), 
	CONSTRAINT split CHECK (split IN ('train', 'valid', 'test')), 
	FOREIGN KEY(image_id) REFERENCES images (id)
);
CREATE UNIQUE INDEX ix_roots_path ON roots (path);
CREATE UNIQUE INDEX ix_images_root_id_relpath ON images (root_id, relpath);
CREATE INDEX ix_images_root_id_folder_status ON images (root_id, folder, status);
CREATE INDEX ix_images_root_id_sort_key_id ON images (root_id, sort_key, id);
CREATE INDEX ix_images_acquired_at_id ON images (acquired_at, id);
CREATE INDEX ix_images_size_id ON images (size, id);
CREATE INDEX ix_images_fingerprint ON images (fingerprint);
CREATE INDEX ix_images_status_id ON images (status, id);
CREATE INDEX ix_splits_group_key ON splits (group_key);
CREATE UNIQUE INDEX ix_models_model_id ON models (model_id);
CREATE INDEX ix_predictions_model_confidence_image_id ON predictions (model, confidence, image_id);
CREATE INDEX ix_predictions_model_novelty_image_id ON predictions (model, novelty, image_id);
CREATE INDEX ix_predictions_model_predicted_image_id ON predictions (model, predicted, image_id);
CREATE INDEX ix_predictions_model_status_image_id ON predictions (model, status, image_id);
CREATE TRIGGER images_outdate_predictions AFTER UPDATE OF version ON images WHEN NEW.version <> OLD.version BEGIN DELETE FROM predictions WHERE image_id = NEW.id; END;
CREATE INDEX ix_label_events_image_id_id_class_id ON label_events (image_id, id, class_id);
CREATE INDEX ix_label_events_batch_id ON label_events (batch_id);
CREATE INDEX ix_label_events_class_id_image_id ON label_events (class_id, image_id);
CREATE INDEX ix_class_events_class_id_id ON class_events (class_id, id);
CREATE INDEX ix_class_events_batch_id ON class_events (batch_id);
CREATE VIEW current_labels AS
SELECT e.image_id, e.id AS event_id, e.class_id, g.annotator, g.created_at, g.source, g.model_id
FROM label_events AS e
LEFT JOIN label_events AS g ON g.id = COALESCE(e.restores, e.id)
WHERE NOT EXISTS (SELECT 1 FROM label_events AS l WHERE l.image_id = e.image_id AND l.id > e.id);
CREATE TRIGGER batches_no_update BEFORE UPDATE ON batches BEGIN SELECT RAISE(ABORT, 'batches is append-only'); END;
CREATE TRIGGER batches_no_delete BEFORE DELETE ON batches BEGIN SELECT RAISE(ABORT, 'batches is append-only'); END;
CREATE TRIGGER batches_no_replace BEFORE INSERT ON batches WHEN NEW.id IN (SELECT id FROM batches) BEGIN SELECT RAISE(ABORT, 'batches is append-only'); END;
CREATE TRIGGER label_events_no_update BEFORE UPDATE ON label_events BEGIN SELECT RAISE(ABORT, 'label_events is append-only'); END;
CREATE TRIGGER label_events_no_delete BEFORE DELETE ON label_events BEGIN SELECT RAISE(ABORT, 'label_events is append-only'); END;
CREATE TRIGGER label_events_no_replace BEFORE INSERT ON label_events WHEN NEW.id IN (SELECT id FROM label_events) BEGIN SELECT RAISE(ABORT, 'label_events is append-only'); END;
CREATE TRIGGER class_events_no_update BEFORE UPDATE ON class_events BEGIN SELECT RAISE(ABORT, 'class_events is append-only'); END;
CREATE TRIGGER class_events_no_delete BEFORE DELETE ON class_events BEGIN SELECT RAISE(ABORT, 'class_events is append-only'); END;
CREATE TRIGGER class_events_no_replace BEFORE INSERT ON class_events WHEN NEW.id IN (SELECT id FROM class_events) BEGIN SELECT RAISE(ABORT, 'class_events is append-only'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('roots',1);
INSERT INTO "sqlite_sequence" VALUES('images',6);
INSERT INTO "sqlite_sequence" VALUES('batches',8);
INSERT INTO "sqlite_sequence" VALUES('class_events',8);
INSERT INTO "sqlite_sequence" VALUES('label_events',7);
INSERT INTO "sqlite_sequence" VALUES('models',1);
COMMIT;
