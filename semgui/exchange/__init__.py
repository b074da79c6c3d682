"""In and out: tables, label files, class folders."""
