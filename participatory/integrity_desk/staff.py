"""The desk of integrity: cases by weight, and what each of them shows. No page here names a voter or a choice."""

from flask import Blueprint

bp = Blueprint("integrity_desk", __name__)
