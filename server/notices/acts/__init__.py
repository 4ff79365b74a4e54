"""The verbs of notices: print (letters, slips, stickers), prove a delivery, change the words."""

from server.notices.acts.delivery import delivered, deliveries, record_delivery
from server.notices.acts.printing import Printed, print_homes, print_route
from server.notices.acts.reading import homes_of, notice, notices_of_home, notices_of_route, printing_pdf, printings
from server.notices.acts.receipts import receipt_pdf
from server.notices.acts.retention import run_due
from server.notices.acts.wordings import reset_wording, save_wording, wordings

__all__ = [
    "Printed", "deliveries", "delivered", "homes_of", "notice", "notices_of_home", "notices_of_route", "print_homes",
    "print_route", "printing_pdf", "printings", "receipt_pdf", "record_delivery", "reset_wording", "run_due",
    "save_wording",
    "wordings",
]
