"""The verbs of estate. Acts that write take the pen first, so that they join one transaction; others take the db."""

from __future__ import annotations

from server.estate.acts.bulk import put_homes
from server.estate.acts.changes import change_owner, edit_home, move_in, move_out, rename, set_phones
from server.estate.acts.communities import (
    communities,
    community,
    find_or_make,
    make_community,
    only_community,
    rename_community,
    set_settings,
    settings,
    settings_of,
)
from server.estate.acts.homes import (
    buildings,
    changes,
    home,
    home_by_code,
    home_card,
    homes,
    homes_by_code,
    homes_page,
    looked,
    looks,
    owners_on,
    person,
    residents_of,
    search,
)
from server.estate.acts.privacy import export_person, forget_person, forgettable, run_due, thin_looks

__all__ = [
    "buildings", "change_owner", "changes", "communities", "community", "edit_home", "export_person",
    "find_or_make", "forget_person", "forgettable", "home", "home_by_code", "home_card", "homes",
    "homes_by_code", "homes_page", "looked", "looks", "make_community", "move_in", "move_out",
    "only_community", "owners_on", "person", "put_homes", "set_settings", "rename", "rename_community",
    "residents_of", "run_due", "search", "set_phones", "settings", "settings_of", "thin_looks",
]
