"""The ballot as data: its document, its encryption, receipts, the tree over them, the shares of a key. Pure."""
