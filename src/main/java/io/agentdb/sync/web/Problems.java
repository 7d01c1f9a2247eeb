package io.agentdb.sync.web;

import io.agentdb.sync.memory.MemoryException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;

/** Problem details (RFC 9457). Their types are stable names; a client may decide by them. */
final class Problems {

    private Problems() {
    }

    static ProblemDetail of(HttpStatusCode status, String type, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("urn:agentdb:problem:" + type));
        problem.setTitle(title);
        return problem;
    }

    /** With a type made of the status' own words: {@code not-found}. */
    static ProblemDetail of(HttpStatusCode status, String detail) {
        HttpStatus known = HttpStatus.resolve(status.value());
        String title = known == null ? "Error" : known.getReasonPhrase();
        return of(status, title.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-"), title, detail);
    }

    static ProblemDetail invalid(HttpStatus status, String type, String title, List<MemoryException.Flaw> flaws) {
        ProblemDetail problem = of(status, type, title, flaws.size() == 1
                ? flaws.get(0).toString() : flaws.size() + " fields are wrong, the first: " + flaws.get(0));
        problem.setProperty("errors", flaws);
        return problem;
    }
}
