"""Comments on projects: for, against, a question or a remark, by the students of the roll. They count in no result."""
