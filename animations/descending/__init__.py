"""One descent, step by step: the parts of annotated_update, descend and lost_on_the_mountain."""
