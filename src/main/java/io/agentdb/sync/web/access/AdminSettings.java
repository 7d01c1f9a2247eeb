package io.agentdb.sync.web.access;

import io.agentdb.sync.admission.Secret;
import jakarta.validation.constraints.Min;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * {@code agentdb.admin}: who may use the REST API.
 *
 * @param open insists on letting everybody do everything
 * @param hosts while it is open, the names under which it answers, beside addresses and names without a dot
 * @param healthOpen whether health answers without a login; its details never do
 * @param prometheusOpen whether metrics answer without a login
 * @param maxFailedLoginsPerMinute per address, or network of IPv6; beyond that no login of it is looked at
 * @param users none means: {@code operator}, with a password that the node makes
 */
@Validated
@ConfigurationProperties("agentdb.admin")
record AdminSettings(
        @DefaultValue("false") boolean open,
        @DefaultValue("true") boolean healthOpen,
        @DefaultValue("false") boolean prometheusOpen,
        @DefaultValue List<String> hosts,
        @DefaultValue("10") @Min(1) long maxFailedLoginsPerMinute,
        @DefaultValue List<User> users) {

    /** A viewer reads everything and changes nothing. */
    enum Role { VIEWER, OPERATOR }

    AdminSettings {
        Set<String> names = new HashSet<>();
        users.stream().filter(user -> !names.add(user.name())).forEach(user -> {
            throw new IllegalArgumentException("agentdb.admin.users names '" + user.name() + "' twice");
        });
    }

    /**
     * @param password for HTTP Basic: as it is, or in an encoding of Spring Security such as
     *     <code>{bcrypt}$2a$…</code>; null for none
     * @param token to be shown as a bearer token (RFC 6750): as it is, or {@code sha256:} and its hash; null for none
     */
    record User(String name, @Nullable String password, @Nullable String token, @DefaultValue("VIEWER") Role role) {

        /** @throws IllegalArgumentException naming the user and what is wrong, never a secret */
        User {
            if (name == null || !name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
                throw new IllegalArgumentException(
                        "a user needs a name of 1 to 63 letters, digits, dots, dashes and underscores");
            }
            password = password == null || password.isBlank() ? null : password;
            token = token == null || token.isBlank() ? null : token;
            if (password == null && token == null) {
                throw new IllegalArgumentException("user '" + name + "' needs a password or a token");
            }
            if (token != null) {
                try {
                    Secret.configured(token);
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("user '" + name + "': " + e.getMessage(), e);
                }
            }
        }

        /** Without the secrets. */
        @Override
        public String toString() {
            return "User[" + name + ", " + role + "]";
        }
    }
}
