from __future__ import annotations

import asyncio

from contactcenter.metrics import LoopLag, Metrics


def page(metrics: Metrics) -> list[str]:
    return metrics.render().decode().splitlines()


def test_each_application_has_numbers_of_its_own() -> None:
    one, two = Metrics(), Metrics()
    one.counter("calls", "Calls.", ("outcome",)).labels("handled").inc()
    two.counter("calls", "Calls.", ("outcome",))
    assert 'contactcenter_calls_total{outcome="handled"} 1.0' in page(one)
    assert not any(line.startswith("contactcenter_calls_total{") for line in page(two))
    assert any(line.startswith("process_resident_memory_bytes ") for line in page(one))


def test_gauges_are_asked_at_each_scrape_and_forget_what_is_gone() -> None:
    metrics = Metrics()
    waiting = {("sales",): 2.0, ("care",): 1.0}
    metrics.gauges("waiting", "Waiting contacts.", ("queue",), lambda: waiting)
    metrics.gauge("connections", "Pages.", lambda: len(waiting))
    assert 'contactcenter_waiting{queue="sales"} 2.0' in page(metrics)
    assert "contactcenter_connections 2.0" in page(metrics)
    del waiting[("sales",)]
    assert not any('queue="sales"' in line for line in page(metrics))
    assert "contactcenter_connections 1.0" in page(metrics)


def test_worst_lag_is_shown_once() -> None:
    metrics = Metrics()
    lag = LoopLag(metrics)
    lag.observe(0.004, 0.001)
    lag.observe(0.3, 0.03)
    lag.observe(0.001, 0.01)
    shown = page(metrics)
    assert "contactcenter_loop_lag_max_seconds 0.3" in shown
    assert "contactcenter_loop_own_lag_max_seconds 0.03" in shown
    assert 'contactcenter_loop_lag_seconds_bucket{le="0.005"} 2.0' in shown
    assert 'contactcenter_loop_own_lag_seconds_bucket{le="0.02"} 2.0' in shown
    assert "contactcenter_loop_lag_seconds_count 3.0" in shown
    assert "contactcenter_loop_lag_max_seconds 0.0" in page(metrics)
    assert "contactcenter_loop_own_lag_max_seconds 0.0" in page(metrics)


async def test_lag_is_measured_by_the_clock_and_split_by_the_threads_work() -> None:
    ticks = iter([100.0, 100.26, 100.3, 100.31, 100.4])
    work = iter([5.0, 5.05])
    lag = LoopLag(Metrics(), interval_s=0.01, clock=lambda: next(ticks, 200.0), worked=lambda: next(work, 5.05))
    lag.start()
    async with asyncio.timeout(40):
        while lag.worst_s == 0:
            await asyncio.sleep(0.005)
    await lag.stop()
    await lag.stop()
    assert round(lag.worst_s, 3) >= 0.25
    assert round(lag.worst_own_s, 3) == 0.05
