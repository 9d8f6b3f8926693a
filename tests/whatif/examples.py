"""Scenario files for the tests of what-if."""

SCENARIO = """
scenario: A Monday
from: "08:00"
to: "12:00"
queues:
  sales:
    required_skills: {selling: 2}
    service_level_target_s: 20s
    wrap_up_s: 30s
    handling: {mean: 4m, scv: 1.2}
    patience: 5m
    arrivals: {per_hour: [20, 40, 60, 30], interval: 1h}
  support:
    required_skills:
      - {type: any, of: [{type: skill, skill: tech}, {type: skill, skill: guru}]}
    handling: 6m
    arrivals:
      - {per_hour: 10}
      - {per_hour: 5, channel: email, priority: -1, patience: 1h}
agents:
  - id: sales
    count: 3
    queues: [sales]
    skills: {selling: 3}
    shifts: [{from: "08:00", to: "11:30", pauses: [{from: "10:00", to: "10:15", reason: break}]}]
  - {id: both, count: 2, queues: {sales: {tier: 2}, support: {}}, skills: {selling: 2, tech: 2}}
  - {id: guru, queues: [support], skills: {guru: 5}}
answering: {delay: 3s, miss: 0.02, returns: 30s}
"""
CHANGES = """
changes: Two more
agents:
  add: [{like: sales, count: 2}]
  set: {guru: {skills: {guru: 5, selling: 2}, queues: [sales, support]}}
queues:
  sales: {wrap_up_s: 15, strategy: best-skill}
arrivals: {all: 1.1}
handling: {sales: 0.9}
"""
