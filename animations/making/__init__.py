"""How films are made of lessons: rehearsed, drawn by several processes, kept, cut and written."""
