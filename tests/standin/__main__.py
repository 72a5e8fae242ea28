"""``python -m standin --port 8099`` (from the folder ``tests``)."""

from .card_company import main

main()
