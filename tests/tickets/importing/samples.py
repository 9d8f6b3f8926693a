"""Exports of other products, made by hand after their documentation.

Zendesk: developer.zendesk.com, API reference "Incremental Exports" (cursor-based ticket export), "Tickets",
"Ticket Comments", "Users", "Organizations". Zammad: docs.zammad.org, REST API "Tickets" (list), "Articles" (list
articles by ticket), "Users", "Organizations", "Groups", "Tags".
"""

from __future__ import annotations

from typing import Any

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)

ZENDESK: dict[str, Any] = {
    "tickets.json": {
        "tickets": [
            {
                "id": 35436,
                "url": "https://company.zendesk.com/api/v2/tickets/35436.json",
                "external_id": "ahg35h3jh",
                "created_at": "2025-07-20T22:55:29Z",
                "updated_at": "2025-08-05T10:38:52Z",
                "generated_timestamp": 1754390332,
                "type": "incident",
                "subject": "Help, my printer is on fire!",
                "raw_subject": "{{dc.printer_on_fire}}",
                "description": "The fire is very colorful.",
                "priority": "high",
                "status": "solved",
                "recipient": "support@company.com",
                "requester_id": 20978392,
                "submitter_id": 76872,
                "assignee_id": 235323,
                "organization_id": 509974,
                "group_id": 98738,
                "collaborator_ids": [35334],
                "problem_id": 9873764,
                "has_incidents": False,
                "tags": ["enterprise", "other_tag"],
                "via": {"channel": "web", "source": {"from": {}, "rel": None, "to": {}}},
                "custom_fields": [{"id": 27642, "value": "7453"}, {"id": 27648, "value": None}],
                "satisfaction_rating": {"id": 1234, "score": "good"},
                "brand_id": 123,
                "allow_channelback": False,
                "is_public": True,
            },
            {
                "id": 9873764,
                "created_at": "2025-07-19T08:00:00Z",
                "updated_at": "2025-07-19T09:00:00Z",
                "type": "problem",
                "subject": "",
                "description": "Printers catch fire.",
                "priority": None,
                "status": "hold",
                "requester_id": 235323,
                "submitter_id": 235323,
                "assignee_id": None,
                "organization_id": None,
                "group_id": None,
                "tags": [],
                "via": {"channel": "api"},
                "custom_fields": [],
            },
        ],
        "after_cursor": None,
        "after_url": None,
        "end_of_stream": True,
    },
    "users.json": {
        "users": [
            {"id": 20978392, "name": "Johnny Agent-Smith", "email": "johnny@example.com", "role": "end-user",
             "phone": "+49 30 23125001", "organization_id": 509974, "time_zone": "Berlin", "verified": True},
            {"id": 235323, "name": "Anna", "email": "anna@example.com", "role": "agent", "organization_id": None},
            {"id": 76872, "name": "Gone Colleague", "email": "gone@company.com", "role": "admin"},
        ],
        "count": 3,
        "end_of_stream": True,
    },
    "organizations.json": {"organizations": [{"id": 509974, "name": "Northwind", "domain_names": ["example.com"]}]},
    "groups.json": {"groups": [{"id": 98738, "name": "North", "deleted": False}]},
    "ticket_fields.json": {"ticket_fields": [{"id": 27642, "type": "text", "title": "Serial number"}]},
    "tickets/35436/comments.json": {
        "comments": [
            {"id": 1, "type": "Comment", "author_id": 20978392, "public": True, "created_at": "2025-07-20T22:55:29Z",
             "body": "The fire is very colorful.", "plain_body": "The fire is very colorful.",
             "html_body": "<p>The fire is very colorful.</p>", "audit_id": 11, "via": {"channel": "web"},
             "attachments": [{"id": 498483, "file_name": "fire.png", "content_type": "image/png", "size": 74,
                              "content_url": "https://company.zendesk.com/attachments/fire.png"}]},
            {"id": 2, "type": "Comment", "author_id": 76872, "public": False, "created_at": "2025-07-21T08:00:00Z",
             "body": "Is it the new one?", "html_body": "<p>Is it the new one?</p>", "attachments": []},
            {"id": 3, "type": "Comment", "author_id": 235323, "public": True, "created_at": "2025-07-22T09:30:00Z",
             "plain_body": "", "html_body": "<div>Please use <b>water</b>.<br>Thank you</div>", "attachments": [
                 {"id": 9, "file_name": "lost.pdf", "content_type": "application/pdf", "size": 10}]},
        ],
        "next_page": None,
        "previous_page": None,
        "count": 3,
    },
    "attachments/498483/fire.png": PNG,
}  # fmt: skip

ZAMMAD: dict[str, Any] = {
    "tickets.json": [
        {
            "id": 3,
            "group_id": 1,
            "priority_id": 3,
            "state_id": 4,
            "organization_id": 2,
            "number": "22003",
            "title": "Feedback Form",
            "owner_id": 3,
            "customer_id": 4,
            "note": None,
            "first_response_at": None,
            "close_at": "2021-11-05T10:00:00.000Z",
            "create_article_type_id": 11,
            "create_article_sender_id": 2,
            "article_count": 2,
            "pending_time": None,
            "type": None,
            "preferences": {},
            "updated_by_id": 3,
            "created_by_id": 4,
            "created_at": "2021-11-03T11:51:13.759Z",
            "updated_at": "2021-11-05T10:00:00.000Z",
            "product": "Scanner",
        }
    ],
    "users.json": [
        {"id": 3, "login": "anna@example.com", "firstname": "Anna", "lastname": "", "email": "anna@example.com",
         "role_ids": [2], "active": True},
        {"id": 4, "login": "nicole.braun@zammad.org", "firstname": "Nicole", "lastname": "Braun",
         "email": "nicole.braun@zammad.org", "phone": "", "organization_id": 2, "role_ids": [3], "active": True},
    ],
    "organizations.json": [{"id": 2, "name": "Zammad Foundation", "shared": True, "active": True}],
    "groups.json": [{"id": 1, "name": "Support", "active": True}],
    "ticket_states.json": [{"id": 4, "name": "closed", "state_type_id": 5, "active": True}],
    "ticket_priorities.json": [{"id": 3, "name": "3 high", "active": True}],
    "tags/3.json": {"tags": ["feedback", "web"]},
    "ticket_articles/by_ticket/3.json": [
        {"id": 5, "ticket_id": 3, "type_id": 11, "sender_id": 2, "from": "Nicole Braun <nicole.braun@zammad.org>",
         "to": "Users", "cc": None, "subject": "Feedback", "body": "<div>Works&nbsp;<b>well</b><br>Mostly.</div>",
         "content_type": "text/html", "internal": False, "created_by_id": 4, "origin_by_id": None,
         "created_at": "2021-11-03T11:51:13.790Z", "updated_at": "2021-11-03T11:51:13.790Z",
         "attachments": [{"id": 7, "filename": "note.txt", "size": "5", "preferences": {"Mime-Type": "text/plain"}}]},
        {"id": 6, "ticket_id": 3, "type_id": 10, "sender_id": 1, "from": "Anna", "to": "", "cc": "", "subject": "",
         "body": "Asked the\nvendor.", "content_type": "text/plain", "internal": True, "created_by_id": 3,
         "created_at": "2021-11-04T09:00:00.000Z", "updated_at": "2021-11-04T09:00:00.000Z", "attachments": []},
    ],
    "ticket_attachment/3/5/7": b"Hello",
}  # fmt: skip
