"""Electorates that never existed, honest people and attackers, with labels: what detection is measured on. Pure.

It was written without reading the detector, from what is known of campuses, carriers and of the frauds that happened.
"""
