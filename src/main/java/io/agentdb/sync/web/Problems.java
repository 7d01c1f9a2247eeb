package io.agentdb.sync.web;

import java.net.URI;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** RFC 9457 problems that controllers throw. */
final class Problems {

    private Problems() {
    }

    static ErrorResponseException badRequest(String detail) {
        return of(HttpStatus.BAD_REQUEST, "validation", detail, Map.of());
    }

    /** @param type the last part of the problem's type, {@code urn:agentdb:problem:…} */
    static ErrorResponseException of(HttpStatus status, String type, String detail, Map<String, ?> properties) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("urn:agentdb:problem:" + type));
        properties.forEach(problem::setProperty);
        return new ErrorResponseException(status, problem, null);
    }
}
