"""The verbs of the room kiosk; one small file per noun. Acts that write take the pen first, acts that read take
(db, community). Days are Shanghai's, instants UTC text, money fen. Everything written touches 'announcement', 'screen'
or 'disclosure'; the snapshot is computed anew once the community's pen has moved.
"""

from kiosk.acts.announcements import (
    announce,
    announcement,
    announcements,
    approve,
    edit_announcement,
    reach,
    versions,
    withdraw,
)
from kiosk.acts.beats import beat, check_content, proof
from kiosk.acts.disclosures import disclosures, draft_disclosure, publish_disclosure
from kiosk.acts.pairing import ask_pairing, confirm_pairing, fetch_pairing
from kiosk.acts.screens import (
    LOOKUPS,
    add_screen,
    check_screen,
    lookup,
    renew_token,
    revoke_screen,
    rotate_screen,
    screens,
    wish,
)
from kiosk.acts.snapshots import Snapshot, hold, release, snapshot

__all__ = [
    "LOOKUPS", "Snapshot", "add_screen", "announce", "announcement", "announcements", "approve", "ask_pairing",
    "beat", "confirm_pairing", "disclosures", "draft_disclosure", "edit_announcement", "fetch_pairing", "hold",
    "lookup", "proof", "publish_disclosure", "reach", "release", "renew_token", "revoke_screen", "rotate_screen",
    "check_content", "check_screen", "screens", "snapshot", "versions", "wish", "withdraw",
]
