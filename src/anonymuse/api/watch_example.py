"""A file of rules to start from."""

EXAMPLE = """\
# Rules for `anonymuse watch DIR --rules FILE`; exit code 5 where one fires.
#
# A rule fires where the 95 % interval lies beyond its limit, over all clusters that it looks at:
# noise pages nobody. `certain = false` takes the number itself. Shares go from 0 to 1.

[[rule]]
name = "Something new"
when = "new cluster"          # in the latest whole window, and not in those before it
over = 50                     # people
# against = "before"          # in no earlier report: needs --before

[[rule]]
name = "Grows fast"
when = "growth"               # its share of the latest whole window over its share before
over = 2                      # twice
at_least_people = 20

[[rule]]
name = "Refused too often"
when = "refusal rate"
over = 0.3

[[rule]]
name = "Refused more than usual"
when = "refusal rate"
level = "report"              # the whole report; else base (the finest), top, any
over = 0.15

[[rule]]
name = "The classifier is busy"
when = "flag rate"
over = 0.5
# flag = "flagged"            # where the report has several

[[rule]]
name = "Concern"
when = "concern"
over = 0.4

[[rule]]
name = "Code in German"
when = "share"
facet = "language"
value = "German"
cluster = "code"              # an id, or words of a name
over = 0.4

[[rule]]
name = "Too much is hidden"
when = "withheld"
over = 0.5

[[rule]]
name = "Not to be relied on"
when = "quality"              # the run doubts itself

# Only a restricted report has these (`anonymuse run --restricted`).

[[rule]]
name = "Accounts act together"
when = "coordination"
over = 0.8

[[rule]]
name = "Missed by the classifier"
when = "missed"               # of concern and not flagged, beyond the usual; or "overdone"
over = 0.1

[notify]
# webhook = "https://hooks.example.org/anonymuse"   # or ANONYMUSE_WEBHOOK; used by --post
details = true                # false: which rules fired, and nothing else
# mail_from = "watch@example.org"
# mail_to = "safety@example.org"
"""
