"""What all lessons are made of: a scene of beats, its stage, and the projector that draws it."""
