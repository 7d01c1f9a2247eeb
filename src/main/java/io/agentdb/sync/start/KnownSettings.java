package io.agentdb.sync.start;

import io.agentdb.sync.memory.Nearest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/**
 * The node's own settings, which a test holds to those that it reads, and what Spring Boot takes for one of them:
 * {@code authToken} and {@code auth_token} are {@code auth-token}. Immutable.
 *
 * @param names with {@code [i]} for any number, and {@code .*} for any name at its end
 */
public record KnownSettings(List<String> names) {

    /** That all of them begin with, and nothing of Spring's. */
    static final String OURS = "agentdb.";

    private static final String ANY_NUMBER = "[i]";
    private static final String ANY_NAME = "*";
    /** So long has a name in the environment to be, behind its group, for so many letters to be a slip. */
    private static final int LONG_ENOUGH = 6;
    private static final int TWO_LETTERS = 8;

    public static KnownSettings read() {
        try (InputStream in = KnownSettings.class.getResourceAsStream("/agentdb-settings.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return new KnownSettings(lines.lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a name, however it is written, is meant for the node. */
    public static boolean isOurs(String name) {
        return simplified(name).startsWith(OURS);
    }

    public boolean has(ConfigurationPropertyName name) {
        return names.stream().anyMatch(known -> isCalled(name, elements(known)));
    }

    /** Whether others have it before their own: what is empty in a file is a property without them. */
    boolean hasWithin(ConfigurationPropertyName name) {
        return names.stream().map(KnownSettings::elements).anyMatch(known -> known.length > name.getNumberOfElements()
                && isCalled(name, Stream.of(known).limit(name.getNumberOfElements()).toArray(String[]::new)));
    }

    /** The end of a sentence that says of a name that it is none. */
    public String hint(String name, String before) {
        return Nearest.hint(before + name.replaceAll("\\[[^]]*]", ANY_NUMBER),
                names.stream().map(before::concat).toList());
    }

    /** Whether a variable of the environment is one, or what several have before their own. */
    boolean hasVariable(String variable) {
        String given = counted(variable);
        return variables().anyMatch(known -> given.equals(known) || given.equals(known + "_0")
                || known.startsWith(given + "_")
                || known.endsWith(ANY_NAME) && given.startsWith(known.substring(0, known.length() - 1)));
    }

    /** The one that a variable differs from by a slip of the pen: so little that nobody calls his own like this. */
    Optional<String> slipOf(String variable) {
        String given = counted(variable);
        return variables().filter(known -> !known.endsWith(ANY_NAME))
                .filter(known -> Nearest.distance(given, known) <= slip(known))
                .min(Comparator.comparingInt(known -> Nearest.distance(given, known)));
    }

    /** One that a variable is like, which may be somebody's own all the same. */
    Optional<String> like(String variable) {
        return Nearest.to(counted(variable), variables().filter(known -> !known.endsWith(ANY_NAME)).toList());
    }

    /** Whether a variable's first words are those of a group of settings. */
    boolean hasGroup(String variable) {
        Set<String> groups = names.stream().map(known -> elements(known)[1].replaceAll("\\W.*", ""))
                .collect(Collectors.toSet());
        String[] words = variable.toLowerCase(Locale.ROOT).split("_");
        return words.length > 1 && groups.contains(words[1]);
    }

    private static int slip(String known) {
        int own = known.length() - known.indexOf('_', known.indexOf('_') + 1) - 1;
        return own < LONG_ENOUGH ? 0 : own < TWO_LETTERS ? 1 : 2;
    }

    /** Both spellings that Spring Boot looks for. */
    private Stream<String> variables() {
        return names.stream().map(known -> known.replace(ANY_NUMBER, ".0").replace('.', '_').toUpperCase(Locale.ROOT))
                .flatMap(known -> Stream.of(known.replace("-", ""), known.replace('-', '_')).distinct());
    }

    private static String counted(String variable) {
        return variable.toUpperCase(Locale.ROOT).replaceAll("_\\d+(?=_|$)", "_0");
    }

    private static String[] elements(String known) {
        return known.replace(ANY_NUMBER, "." + ANY_NUMBER).split("\\.");
    }

    private static boolean isCalled(ConfigurationPropertyName name, String... known) {
        for (int i = 0; i < known.length; i++) {
            if (i == name.getNumberOfElements()) {
                return false;
            }
            if (known[i].equals(ANY_NAME)) {
                return true;
            }
            if (known[i].equals(ANY_NUMBER) ? !isNumber(name, i)
                    : !simplified(known[i]).equals(name.getElement(i, Form.UNIFORM))) {
                return false;
            }
        }
        // One of a list's.
        return name.getNumberOfElements() == known.length
                || name.getNumberOfElements() == known.length + 1 && isNumber(name, known.length);
    }

    /** Without brackets too, as Spring Boot reads it: names of files, and so of secrets, have none. */
    private static boolean isNumber(ConfigurationPropertyName name, int element) {
        return name.getElement(element, Form.UNIFORM).matches("\\d+");
    }

    private static String simplified(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }
}
