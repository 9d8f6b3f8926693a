"""Mail the house writes itself: invitations, links, notices. Kept in the database until it is sent."""
