package io.agentdb.sync.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.agentdb.sync.memory.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    /** sha256 of "secret". */
    private static final String HASH = "sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

    private final Credentials credentials = new Credentials(Clock.fixed(NOW, ZoneOffset.UTC), List.of());

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "Secret", "secre", "secretsecret", HASH})
    void anotherText_isNotTheSecret(String shown) {
        credentials.replace(List.of(token("a", "secret")));
        assertThat(credentials.admit(shown).caller()).isNull();
        assertThat(credentials.admit(shown).refusal()).contains("agentdb.server.auth-token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", HASH})
    void secretOrItsHash_admitsItsBearerByName(String configured) {
        credentials.replace(List.of(token("other", "an other one"), token("alpha", configured)));
        assertThat(credentials.admit("secret").caller().name()).isEqualTo("alpha");
    }

    @Test
    void severalTokensHoldAtOnce_soThatOneAfterTheOtherCanBeExchanged() {
        credentials.replace(List.of(token("old", "one"), token("new", "two")));
        Caller early = credentials.admit("one").caller();
        credentials.replace(List.of(token("new", "two")));
        assertThat(credentials.stillHolds(early)).as("taken away").isFalse();
        assertThat(credentials.admit("one").caller()).isNull();
        assertThat(credentials.stillHolds(credentials.admit("two").caller())).isTrue();
    }

    @Test
    void twoSecretsOfOneName_areOneClient_eachWithItsOwnPermissionsAndEnd() {
        credentials.replace(List.of(token("alpha", "one"),
                new Token("alpha", "two", Map.of("skills", "read"), null, null)));
        Caller early = credentials.admit("one").caller();
        Caller late = credentials.admit("two").caller();
        assertThat(List.of(early.name(), late.name())).containsOnly("alpha");
        assertThat(credentials.names()).containsExactly("alpha");
        assertThat(credentials.permissions(early)).isEqualTo(Permissions.ALL);
        assertThat(credentials.permissions(late).write()).isEmpty();
        credentials.replace(List.of(token("alpha", "two")));
        assertThat(credentials.stillHolds(early)).isFalse();
        assertThat(credentials.stillHolds(late)).isTrue();
    }

    @Test
    void nameWhoseSecretWasExchanged_isNotWhoCameWithTheOldOne() {
        credentials.replace(List.of(token("alpha", "one")));
        Caller early = credentials.admit("one").caller();
        credentials.replace(List.of(token("alpha", "two")));
        assertThat(credentials.stillHolds(early)).isFalse();
    }

    @Test
    void expiredToken_isRefused_alsoForThoseWhoCameBefore() {
        Clock[] clock = {Clock.fixed(NOW, ZoneOffset.UTC)};
        Credentials expiring = new Credentials(new Clock() {
            @Override
            public Instant instant() {
                return clock[0].instant();
            }

            @Override
            public java.time.ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }
        }, List.of(new Token("a", "secret", null, NOW.plusSeconds(1), null)));
        Caller early = expiring.admit("secret").caller();
        assertThat(expiring.stillHolds(early)).isTrue();
        clock[0] = Clock.offset(clock[0], Duration.ofSeconds(1));
        assertThat(expiring.stillHolds(early)).isFalse();
        assertThat(expiring.admit("secret").refusal()).contains("'a' has expired");
    }

    @Test
    void twoOfOneSecret_orOneNameForTwoNodes_areRefused_andTheOldOnesStay() {
        credentials.replace(List.of(token("a", "one")));
        assertThatIllegalArgumentException().isThrownBy(
                () -> credentials.replace(List.of(new Token("b", "two", null, null, "b"), token("b", "three"))))
                .withMessageContaining("two tokens 'b'");
        assertThatIllegalArgumentException().isThrownBy(
                () -> credentials.replace(List.of(token("b", "secret"), token("c", HASH))))
                .withMessageContaining("have the same secret");
        assertThat(credentials.admit("one").caller()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"full=read; episodes,skills,edges;", "skills=both; skills; skills",
            "full=write,skills=none;; episodes,edges", "episodes=read,skills=write; episodes; skills"})
    void permissions_areByKind_orForEveryOtherOne(String granted, String read, String write) {
        Permissions permissions = Permissions.of(pairs(granted));
        assertThat(permissions.read()).extracting(Kind::name).containsExactlyInAnyOrder(names(read));
        assertThat(permissions.write()).extracting(Kind::name).containsExactlyInAnyOrder(names(write));
    }

    @Test
    void withoutPermissions_everythingIsAllowed_andWrongOnesAreNamed() {
        assertThat(Permissions.of(Map.of())).isEqualTo(Permissions.ALL);
        assertThatIllegalArgumentException().isThrownBy(
                () -> new Token("a", "s3cret", Map.of("dreams", "read"), null, null))
                .withMessageContaining("token 'a': unknown kind 'dreams'");
        assertThatIllegalArgumentException().isThrownBy(
                () -> new Token("a", "s3cret", Map.of("skills", "all"), null, null))
                .withMessageContaining("'all' is no permission");
        assertThatIllegalArgumentException().isThrownBy(() -> new Token("a", "sha256:12", null, null, null))
                .withMessageContaining("64 hexadecimal");
        assertThatIllegalArgumentException().isThrownBy(() -> new Token("a b", "s3cret", null, null, null))
                .withMessageContaining("name");
        assertThatIllegalArgumentException().isThrownBy(() -> new Token("a", "s3cret", null, null, "Node B"))
                .withMessageContaining("token 'a': 'Node B' is no node id");
    }

    @Test
    void noText_showsASecret() {
        Token token = token("a", "s3cret");
        credentials.replace(List.of(token));
        assertThat(token + " " + credentials.admit("s3cret") + credentials.names() + Secret.of("s3cret"))
                .doesNotContain("s3cret");
    }

    private static Token token(String name, String secret) {
        return new Token(name, secret, null, null, null);
    }

    private static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new java.util.HashMap<>();
        for (String pair : text.split(",")) {
            pairs.put(pair.split("=")[0], pair.split("=")[1]);
        }
        return pairs;
    }

    private static String[] names(String text) {
        return text == null || text.isBlank() ? new String[0] : text.split(",");
    }
}
