package io.agentdb.sync.web.access;

import io.agentdb.sync.web.access.AdminSettings.User;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Somebody who has signed in, as the cookie says it: name, end and number in plain text, and a signature. What the user
 * has to know is signed along, so that another password or token ends the sessions of before.
 */
record PageSession(String name, UUID id, Instant until) {

    private static final String HMAC = "HmacSHA256";

    String cookie(byte[] key, User user) {
        return said() + ":" + signature(key, user);
    }

    /**
     * The session that a cookie proves; empty if it proves none.
     *
     * @param users by name
     */
    static Optional<PageSession> of(String cookie, byte[] key, Instant now, Function<String, Optional<User>> users) {
        String[] parts = cookie.split(":", -1);
        if (parts.length != 4 || !parts[1].matches("[0-9a-f-]{36}") || !parts[2].matches("\\d{1,12}")) {
            return Optional.empty();
        }
        PageSession session = new PageSession(parts[0], UUID.fromString(parts[1]),
                Instant.ofEpochSecond(Long.parseLong(parts[2])));
        return users.apply(session.name())
                .filter(user -> MessageDigest.isEqual(session.signature(key, user).getBytes(StandardCharsets.UTF_8),
                        parts[3].getBytes(StandardCharsets.UTF_8)))
                .filter(user -> now.isBefore(session.until())).map(user -> session);
    }

    private String said() {
        return name + ":" + id + ":" + until.getEpochSecond();
    }

    private String signature(byte[] key, User user) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            String signed = said() + "\n" + user.password() + "\n" + user.token();
            return Base64.getUrlEncoder().withoutPadding()
                    .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }
}
