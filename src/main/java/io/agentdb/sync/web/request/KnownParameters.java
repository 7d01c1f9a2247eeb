package io.agentdb.sync.web.request;

import io.agentdb.sync.memory.InvalidInput;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Refuses what an endpoint would not look at: a parameter that it does not know, a body that it does not take. Whoever
 * says {@code ?kind=skills} for {@code kinds} would else get everything.
 */
@Component
class KnownParameters implements HandlerInterceptor, WebMvcConfigurer {

    /** The room above, where the controllers are, and in its sub-rooms. */
    static final String API = ClassUtils.getPackageName(KnownParameters.class.getPackageName());

    private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "OPTIONS");
    private static final int LOOKED_AT = 64;

    private final DefaultParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws IOException {
        if (handler instanceof HandlerMethod method && request.getDispatcherType() == DispatcherType.REQUEST
                && (method.getBeanType().getPackageName() + ".").startsWith(API + ".")) {
            parameters(request, method);
            body(request, method);
        }
        return true;
    }

    private void parameters(HttpServletRequest request, HandlerMethod method) {
        List<MethodParameter> taken = Arrays.stream(method.getMethodParameters())
                .filter(parameter -> parameter.hasParameterAnnotation(RequestParam.class)).toList();
        // A list takes them as a map, and says of all of its filters at once what is wrong with them.
        if (taken.stream().anyMatch(parameter -> Map.class.isAssignableFrom(parameter.getParameterType()))) {
            return;
        }
        List<String> known = taken.stream().map(this::name).sorted().toList();
        List<InvalidInput.Flaw> flaws = request.getParameterMap().keySet().stream()
                .filter(name -> !known.contains(name))
                .map(name -> Members.unknown(name, known)).toList();
        if (!flaws.isEmpty()) {
            throw new InvalidInput(flaws);
        }
    }

    private String name(MethodParameter parameter) {
        parameter.initParameterNameDiscovery(names);
        RequestParam taken = Objects.requireNonNull(parameter.getParameterAnnotation(RequestParam.class),
                "it was chosen for that");
        return taken.name().isEmpty() ? Objects.requireNonNull(
                parameter.getParameterName(), "classes are compiled with their parameters' names")
                : taken.name();
    }

    private static void body(HttpServletRequest request, HandlerMethod method) throws IOException {
        boolean sent = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
        boolean taken = Arrays.stream(method.getMethodParameters()).anyMatch(parameter ->
                parameter.hasParameterAnnotation(RequestBody.class)
                        || HttpServletRequest.class.isAssignableFrom(parameter.getParameterType()));
        if (sent && !taken && !WITHOUT_BODY.contains(request.getMethod())) {
            String start = new String(request.getInputStream().readNBytes(LOOKED_AT), StandardCharsets.UTF_8);
            if (!start.isBlank() && !start.matches("\\s*\\{\\s*}\\s*")) {
                throw new InvalidInput("", "the body must be empty: this endpoint takes none");
            }
        }
    }
}
