"""Stories of whole stretches of a cycle under the virtual clock, and what people see of them.

The year as it should be, and as it usually is
    a punctual agency, a silent one, a late one    test_punctual, test_silent, test_late
    a report that comes just before a reminder     test_meanwhile
    a week without passes                          test_downtime

What the province decides
    one decision extends many agencies: recorded
    with who, why and the document; reminders
    follow, those due are cancelled, all are told  test_extension
    after the overdue notice, twice, backwards,
    up to closing and past it                      test_late_extensions
    waivers, and waivers taken back                test_waiver
    an acceptance taken back                       test_reopening
    a report that came in time by another way      test_other_way
    another's report, recorded by mistake          test_recorded_by_mistake
    a return: its reminders and timeliness         test_revision
    a revision whose day passes: escalation,
    status, both digests, the report               test_overdue_revision
    obstacles: number, receipt and notice at once,
    states, reminders, digest and report           test_obstacles

What changes under way
    reorganisations                                test_reorganisation
    an announced deadline: shown, confirmed, told  test_moved_deadline
    a deadline in calendars: it comes, moves, goes test_deadline_in_calendars
    reminders and years: shown and followed        test_changed_reminders
    a day off                                      test_day_off
    a ladder, kept and begun anew                  test_ladder
    every version kept, shown and compared         test_versions

What is configuration only
    a second program in the same installation      test_second_program
    another province beside this one, its year     test_other_province
    and what it decides                            test_other_province_decisions

Another database
    the same on Postgres                           test_postgres
"""
