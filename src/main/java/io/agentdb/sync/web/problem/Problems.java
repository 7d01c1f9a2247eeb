package io.agentdb.sync.web.problem;

import io.agentdb.sync.memory.InvalidInput;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;

/** Problem details (RFC 9457). Their types are stable names; a client may decide by them. */
public final class Problems {

    public static final String TYPE = "application/problem+json";

    private Problems() {
    }

    /** Where no message converter is at hand. The texts are our own, so that nothing needs to be escaped. */
    public static String json(ProblemDetail problem) {
        return "{\"type\":\"%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}".formatted(
                problem.getType(), problem.getTitle(), problem.getStatus(), problem.getDetail());
    }

    /** As {@link #json}. */
    public static void write(HttpServletResponse response, ProblemDetail problem) throws IOException {
        response.setStatus(problem.getStatus());
        response.setContentType(TYPE);
        response.setCharacterEncoding("UTF-8");
        response.getWriter().write(json(problem));
    }

    public static ProblemDetail of(HttpStatusCode status, String type, String title, @Nullable String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("urn:agentdb:problem:" + type));
        problem.setTitle(title);
        return problem;
    }

    /** With a type made of the status' own words: {@code not-found}. */
    public static ProblemDetail of(HttpStatusCode status, @Nullable String detail) {
        HttpStatus known = HttpStatus.resolve(status.value());
        String title = known == null ? "Error" : known.getReasonPhrase();
        return of(status, title.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-"), title, detail);
    }

    static ProblemDetail invalid(HttpStatus status, String type, String title, List<InvalidInput.Flaw> flaws) {
        ProblemDetail problem = of(status, type, title, flaws.size() == 1
                ? flaws.get(0).toString() : flaws.size() + " fields are wrong, the first: " + flaws.get(0));
        problem.setProperty("errors", flaws);
        return problem;
    }
}
