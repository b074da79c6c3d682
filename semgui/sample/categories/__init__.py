"""The ten NFFA-EUROPE categories (Aversa et al. 2018), each with its sub-kinds."""

from __future__ import annotations

from semgui.sample.categories import (
    biological,
    biological_surfaces,
    fibres,
    films,
    mems,
    nanowires,
    particles,
    patterned,
    porous,
    powder,
    tips,
)
from semgui.sample.categories.common import Kind

CATEGORIES: dict[str, dict[str, Kind]] = {
    "Biological": biological.KINDS | biological_surfaces.KINDS,
    "Fibres": fibres.KINDS,
    "Films_Coated_Surface": films.KINDS,
    "MEMS_devices_and_electrodes": mems.KINDS,
    "Nanowires": nanowires.KINDS,
    "Particles": particles.KINDS,
    "Patterned_surface": patterned.KINDS,
    "Porous_Sponge": porous.KINDS,
    "Powder": powder.KINDS,
    "Tips": tips.KINDS,
}
"""Sub-kinds by name, by category: functions that lay out a scene of a given size."""
