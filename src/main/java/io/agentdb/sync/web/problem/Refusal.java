package io.agentdb.sync.web.problem;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** What a controller throws when it refuses: a problem with a stable type, and whatever else helps the caller. */
public final class Refusal extends ErrorResponseException {

    private static final long serialVersionUID = 1L;

    private Refusal(HttpStatus status, ProblemDetail problem) {
        super(status, problem, null);
    }

    public static Refusal badRequest(@Nullable String detail) {
        return of(HttpStatus.BAD_REQUEST, "validation", detail);
    }

    public static Refusal of(HttpStatus status, String type, @Nullable String detail) {
        return of(status, type, detail, Map.of());
    }

    /** One that may be tried again. */
    public static Refusal later(HttpStatus status, String type, @Nullable String detail, int seconds) {
        Refusal refusal = of(status, type, detail);
        refusal.getHeaders().set(HttpHeaders.RETRY_AFTER, String.valueOf(seconds));
        return refusal;
    }

    /** @param type the last part of the problem's type, {@code urn:agentdb:problem:…} */
    public static Refusal of(HttpStatus status, String type, @Nullable String detail, Map<String, ?> properties) {
        ProblemDetail problem = Problems.of(status, type, status.getReasonPhrase(), detail);
        properties.forEach(problem::setProperty);
        return new Refusal(status, problem);
    }
}
