"""A derivation told in lines, for any reader, in any format and language."""
