"""HTTP application and live feed."""
