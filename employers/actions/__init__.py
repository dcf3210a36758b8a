"""The one door for writes. Each action says in its module what it promises and what it refuses."""

from employers.actions.asking import ask_to_share, grant_request
from employers.actions.bulk_changes import change_in_bulk, undo_bulk_change
from employers.actions.contacts import (
    add_contact,
    change_contact,
    end_contact,
    end_contact_role,
    give_contact_role,
)
from employers.actions.duplicates import pair_up, queue_duplicates, say_different
from employers.actions.employers import DuplicateEmployer, add_employer, change_employer, change_stage
from employers.actions.engagements import log_engagement
from employers.actions.follow_ups import (
    add_follow_up,
    complete_follow_up,
    drop_follow_up,
    reassign_follow_up,
    snooze_follow_up,
)
from employers.actions.health import set_health_rules
from employers.actions.merging import merge_employers, undo_merge
from employers.actions.moves import move_contact
from employers.actions.names import add_former_number, add_other_name, remove_former_number, remove_other_name
from employers.actions.organisations import link_organisation
from employers.actions.promises import change_promise, keep_promise, let_promise_go, make_promise
from employers.actions.rights import erase_person, export_person
from employers.actions.saved_views import keep_view, remove_view
from employers.actions.tags import name_tag, remove_tag, rename_tag, set_tags
from employers.actions.tiers import change_tier, define_tier, remove_tier

__all__ = [
    "DuplicateEmployer",
    "add_contact",
    "add_employer",
    "add_follow_up",
    "ask_to_share",
    "add_former_number",
    "add_other_name",
    "change_contact",
    "change_employer",
    "change_in_bulk",
    "change_promise",
    "change_stage",
    "change_tier",
    "complete_follow_up",
    "define_tier",
    "drop_follow_up",
    "end_contact",
    "end_contact_role",
    "erase_person",
    "export_person",
    "give_contact_role",
    "grant_request",
    "keep_promise",
    "keep_view",
    "let_promise_go",
    "link_organisation",
    "log_engagement",
    "make_promise",
    "move_contact",
    "merge_employers",
    "pair_up",
    "queue_duplicates",
    "reassign_follow_up",
    "remove_former_number",
    "remove_other_name",
    "remove_tier",
    "say_different",
    "name_tag",
    "reassign_follow_up",
    "remove_tag",
    "remove_tier",
    "remove_view",
    "rename_tag",
    "set_health_rules",
    "set_tags",
    "snooze_follow_up",
    "undo_merge",
    "undo_bulk_change",
]
