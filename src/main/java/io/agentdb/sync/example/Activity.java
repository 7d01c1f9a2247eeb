package io.agentdb.sync.example;

import java.util.List;

/** A sort of work that a made-up agent does: its task with a place for the subject, and what it leaves behind. */
record Activity(String task,
        List<String> subjects, String input, String output, String praise, String blame, List<String> tags) {

    static final List<Activity> ALL = List.of(
            new Activity("Fix the failing test %s", List.of(
                    "OrderServiceTest", "ParserTest", "LoginFlowTest", "RetryPolicyTest"), "mvn test output, 1 failure",
                    "patched the assertion and the off-by-one behind it", "Found the cause, not only the symptom",
                            "Changed the test until it passed; the defect is still there", List.of("code", "testing")),
            new Activity("Summarize the incident %s", List.of("INC-1042", "INC-1077", "INC-1103", "INC-1150"),
                    "chat log and three dashboards", "timeline, cause and two follow-ups",
                    "Short, and every claim has a link", "Left out when the customers noticed",
                            List.of("writing", "operations")),
            new Activity("Write a query for %s", List.of("monthly revenue", "churned accounts", "slow shipments",
                    "duplicate invoices"), "schema of 14 tables", "select with two joins and a window",
                    "Uses the index; 40 ms instead of 3 s", "Counts cancelled orders twice",
                            List.of("sql", "analysis")),
            new Activity("Refactor the module %s", List.of("billing", "search", "notifications", "import"),
                    "820 lines in one class", "five classes, behaviour unchanged",
                    "Small steps, tests green after each", "Too much at once; half of it had to be undone",
                            List.of("code", "refactoring")),
            new Activity("Answer the question about %s", List.of(
                    "refunds", "rate limits", "data retention", "single sign-on"), "customer mail, 2 paragraphs",
                    "answer with a link to the handbook", "Right, and friendly",
                            "Promised a date that nobody has confirmed", List.of("support", "writing")),
            new Activity("Plan the route for %s", List.of(
                    "warehouse 3", "the night shift", "eleven stops", "the airport run"), "addresses and time windows",
                    "ordered stops with arrival times", "12 km shorter than the plan before",
                            "Ignored the bridge's weight limit", List.of("planning", "tools")));
}
