package io.agentdb.sync.deploy.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a PromQL expression asks for. Strict: whatever is no token of it is refused.
 *
 * @param labels that it groups, matches or joins by
 */
record PromQuery(List<Selector> selectors, Set<String> labels) {

    record Matching(String label, String operator, String value) {

        boolean accepts(String actual) {
            return switch (operator) {
                case "=" -> actual.equals(value);
                case "!=" -> !actual.equals(value);
                case "=~" -> actual.matches(value);
                default -> !actual.matches(value);
            };
        }
    }

    record Selector(String metric, List<Matching> matchings) { }

    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)|(?<string>\"[^\"]*\")|(?<range>\\[[^]]*])"
                    + "|(?<number>[0-9.]+(?:e[+-]?[0-9]+)?[smhdwy]?)|(?<sign>=~|!~|!=|==|>=|<=|[-+*/%^(){},<>=]))");
    private static final Set<String> LABEL_LISTS = Set.of(
            "by", "without", "on", "ignoring", "group_left", "group_right");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

    static PromQuery parse(String text) {
        List<String> tokens = tokens(text);
        List<Selector> selectors = new ArrayList<>();
        Set<String> labels = new TreeSet<>();
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            String next = i + 1 < tokens.size() ? tokens.get(i + 1) : "";
            if (!token.matches("[a-zA-Z_:].*") || WORDS.contains(token)) {
                continue;
            }
            if (LABEL_LISTS.contains(token)) {
                if (next.equals("(")) {
                    for (i += 2; !tokens.get(i).equals(")"); i++) {
                        if (!tokens.get(i).equals(",")) {
                            labels.add(tokens.get(i));
                        }
                    }
                }
            } else if (!next.equals("(") && !LABEL_LISTS.contains(next)) {
                List<Matching> matchings = new ArrayList<>();
                if (next.equals("{")) {
                    for (i += 2; !tokens.get(i).equals("}"); i += 3) {
                        i += tokens.get(i).equals(",") ? 1 : 0;
                        String value = tokens.get(i + 2);
                        matchings.add(new Matching(tokens.get(i), tokens.get(i + 1),
                                value.substring(1, value.length() - 1)));
                    }
                }
                selectors.add(new Selector(token, matchings));
            }
        }
        if (selectors.isEmpty()) {
            throw new IllegalArgumentException("asks for no metric: " + text);
        }
        return new PromQuery(selectors, labels);
    }

    private static List<String> tokens(String text) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text.strip());
        int end = 0;
        while (end < text.strip().length()) {
            if (!matcher.find(end) || matcher.start() != end) {
                throw new IllegalArgumentException("no PromQL from character " + end + " on: " + text);
            }
            end = matcher.end();
            tokens.add(matcher.group().strip());
        }
        return tokens;
    }
}
