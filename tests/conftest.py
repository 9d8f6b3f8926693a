"""Settings of all tests."""

import os

from hypothesis import HealthCheck, settings

# Machines that run these tests are shared and slow by turns: how long an example takes says nothing.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples each time: a change is judged by what it changed.
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")
