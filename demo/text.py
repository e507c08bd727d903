"""Sentences that have not moved into the catalogue yet."""

from __future__ import annotations

TITLE = "Digit Duel"
SUBTITLE = "Draw a digit: an MLP and a CNN read it live."
RETRAIN_TAB, INSIDE_TAB = "Retrain", "Look inside"
PREPARATION_TAB, ABOUT_TAB = "Preparation", "About"
NO_NETWORKS = (
    "The trained networks could not be loaded, so nothing can be read here yet. Whoever runs this page finds on its "
    "terminal which file is missing or broken, and what to do."
)
NO_PICTURE = "Exactly one picture is expected."
NOT_FETCHED = "No picture could be fetched from this address."

# To requests that are not the page's own, or too much of it.
REQUEST_TOO_LARGE = "The request is too large."
TOO_MANY = "That is more than one visitor may ask for at once: wait a moment and try again."
NOTHING_HERE = "There is nothing here."
NOT_JSON = "The request's body is no JSON."
NOT_A_FORM = "The request's body is no form of whole files with names."
NOT_WHOLE = "The request did not arrive whole in time."
NO_SESSION = "A session is named by up to 64 letters, digits, hyphens and underscores."
NO_ROOM = "The server has no room left on its disk: try again later."
WENT_WRONG = "This cannot be answered."
