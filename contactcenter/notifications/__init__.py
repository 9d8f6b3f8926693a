"""What people of the house are told: in the pages, by mail and by push, as each of them has chosen."""
