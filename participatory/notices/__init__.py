"""Notices: what anybody reports of a public text, who decides, why, and how to contest; people stopped from writing.

Good practice taken from articles 16 (notice), 17 (statement of reasons) and 20 (complaint) of the European regulation
2022/2065 on digital services. Nothing is ever hidden by a number of notices.
"""
