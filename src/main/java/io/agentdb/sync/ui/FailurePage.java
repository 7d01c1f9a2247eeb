package io.agentdb.sync.ui;

import io.agentdb.sync.web.problem.ProblemPage;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Objects;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** What fails outside of a page's controller, on the way in or while the page is written: a page as well. */
@Controller
class FailurePage {

    private static final String PAGES = "/ui";

    private final PageFailures failures;
    private final ProblemPage problems;

    FailurePage(PageFailures failures, ProblemPage problems) {
        this.failures = failures;
        this.problems = problems;
    }

    /** For a page that is open. */
    @RequestMapping(path = "/error", headers = "HX-Request=true")
    Object failedPart(HttpServletRequest request, HttpServletResponse response) {
        return failed(request, response);
    }

    /** @return a problem of the REST API where no page was asked for */
    @RequestMapping(path = "/error", produces = MediaType.TEXT_HTML_VALUE)
    Object failed(HttpServletRequest request, HttpServletResponse response) {
        String place = Objects.toString(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI), "");
        if (!place.equals(PAGES) && !place.startsWith(PAGES + "/")) {
            return problems.error(request);
        }
        HttpStatus status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
                && HttpStatus.resolve(code) != null ? HttpStatus.valueOf(code) : HttpStatus.INTERNAL_SERVER_ERROR;
        String said = Objects.toString(request.getAttribute(RequestDispatcher.ERROR_MESSAGE), "");
        return failures.told(request, response, status, status.is5xxServerError()
                ? "The page could not be made. What you have sent may or may not have been done: look before you repeat"
                        + " it. The node's log says why."
                : said.isBlank() ? "The request was refused: " + status.getReasonPhrase() + "." : said);
    }
}
