"""The first start of a house: a link that makes its first administrator, and a guide through what to set up."""
