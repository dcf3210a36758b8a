"""What pages call the rows of a table, by model: one and many. Whoever adds a table that a page may name adds it here.

The words are those of docs/glossary.md, not the names of models.
"""

from django.db.models import Model

THINGS = {
    "accounts.ApiToken": ("API token", "API tokens"),
    "accounts.Invitation": ("invitation", "invitations"),
    "accounts.SecondFactorChange": ("second factor of a sign-in", "second factors of a sign-in"),
    "employers.Attendance": ("attendance at a meeting of a body", "attendance at meetings of a body"),
    "employers.Body": ("body", "bodies"),
    "employers.BodyMeeting": ("meeting of a body", "meetings of a body"),
    "employers.BulkChange": ("bulk change", "bulk changes"),
    "employers.BulkChangeRow": ("employer in a bulk change", "employers in bulk changes"),
    "employers.Contact": ("contact", "contacts"),
    "employers.ContactRole": ("role of a contact", "roles of contacts"),
    "employers.CurriculumInput": ("curriculum input", "curriculum inputs"),
    "employers.DuplicatePair": ("possible duplicate", "possible duplicates"),
    "employers.Employer": ("employer", "employers"),
    "employers.EmployerHealth": ("relationship health", "relationship health"),
    "employers.EmployerMerge": ("merge", "merges"),
    "employers.EmployerName": ("other name of an employer", "other names of employers"),
    "employers.EmployerTag": ("tag on an employer", "tags on employers"),
    "employers.Engagement": ("conversation", "conversations"),
    "employers.EngagementContact": ("person in a conversation", "people in conversations"),
    "employers.FactsBeforeMerge": ("fact before a merge", "facts before a merge"),
    "employers.FollowUp": ("follow-up", "follow-ups"),
    "employers.FormerNumber": ("former company number", "former company numbers"),
    "employers.LiveProject": ("live project", "live projects"),
    "employers.NameKey": ("name to find an employer by", "names to find employers by"),
    "employers.ProjectEmployer": ("employer in a live project", "employers in live projects"),
    "employers.ProjectInstitute": ("institute in a live project", "institutes in live projects"),
    "employers.Promise": ("promise", "promises"),
    "employers.RecordFile": ("file", "files"),
    "employers.SavedView": ("kept view", "kept views"),
    "employers.Seat": ("seat in a body", "seats in bodies"),
    "employers.SkillsNeed": ("skills need", "skills needs"),
    "employers.Tag": ("tag", "tags"),
    "employers.Tier": ("tier", "tiers"),
    "events.Challenge": ("STE(A)M challenge", "STE(A)M challenges"),
    "events.GroupBooking": ("booking of a group", "bookings of groups"),
    "events.Volunteer": ("volunteer", "volunteers"),
    "identity.Membership": ("role of a person here", "roles of people here"),
    "imports.ImportJob": ("import", "imports"),
    "imports.ImportMapping": ("matched columns of a file", "matched columns of files"),
    "mail.MessagePreference": ("choice of messages", "choices of messages"),
    "mail.Occurrence": ("message", "messages"),
    "mail.Suppression": ("address that gets no mail", "addresses that get no mail"),
    "network.Share": ("share with another institute", "shares with other institutes"),
    "network.ShareAsk": ("question who knows an employer", "questions who knows an employer"),
    "network.SharedCopy": ("share from another institute", "shares from other institutes"),
    "network.ShareRequest": ("request to share", "requests to share"),
    "outbox.Entry": ("recorded fact", "recorded facts"),
    "outbox.TimelineItem": ("line of the timeline", "lines of the timeline"),
    "sponsorships.Agreement": ("agreement", "agreements"),
    "sponsorships.AgreementComponent": ("purpose of an agreement", "purposes of agreements"),
    "sponsorships.AgreementParty": ("institute in an agreement", "institutes in agreements"),
    "sponsorships.AgreementShare": ("share of an agreement", "shares of agreements"),
    "sponsorships.Award": ("bursary award", "bursary awards"),
    "sponsorships.AwardInstalment": ("payment of an award", "payments of awards"),
    "sponsorships.Benefit": ("benefit owed to a sponsor", "benefits owed to sponsors"),
    "sponsorships.Contribution": ("contribution in kind", "contributions in kind"),
    "sponsorships.ContributionLine": ("line of a contribution", "lines of contributions"),
    "sponsorships.Evidence": ("evidence of a value", "evidence of values"),
    "sponsorships.Fund": ("fund", "funds"),
    "sponsorships.Instalment": ("instalment", "instalments"),
    "sponsorships.JournalEntry": ("entry of the journal", "entries of the journal"),
    "sponsorships.LearnerRef": ("learner reference", "learner references"),
    "sponsorships.PlannedInstalment": ("payment of an agreement", "payments of agreements"),
    "sponsorships.PortalGrant": ("way of a sponsor into the portal", "ways of sponsors into the portal"),
    "sponsorships.Receipt": ("receipt", "receipts"),
    "sponsorships.ShareComponent": ("purpose of a share", "purposes of shares"),
    "sponsorships.Valuation": ("valuation", "valuations"),
    "sponsorships.Waiver": ("request to write off", "requests to write off"),
}


_BY_SUBJECT = {label.lower(): one for label, (one, _) in THINGS.items()}


def thing(model: type[Model]) -> str:
    """What a page calls one row: `follow-up`."""
    return THINGS.get(model._meta.label, (str(model._meta.verbose_name), ""))[0]


def thing_called(label: str) -> str:
    """What a page calls one row of a kind as subjects keep it, such as `employers.followup`; "" when it is none."""
    return _BY_SUBJECT.get(label, "")


def things(model: type[Model]) -> str:
    """What a page calls several: `follow-ups`."""
    return THINGS.get(model._meta.label, ("", str(model._meta.verbose_name_plural)))[1]
