package io.agentdb.sync.ui;

import io.agentdb.sync.web.access.PageAccess;
import io.agentdb.sync.web.problem.BodyTooLarge;
import io.agentdb.sync.web.problem.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Reads forms. The container reads none: it would take an import for one. */
@Component
class FormReader implements HandlerMethodArgumentResolver, WebMvcConfigurer {

    private static final int MOST_BYTES = 4 << 20;
    /** A stranger has only a name and a secret to send. */
    private static final int MOST_OF_STRANGERS = 8 << 10;

    private final PageAccess access;

    FormReader(PageAccess access) {
        this.access = access;
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Form.class;
    }

    @Override
    public Form resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer model,
            NativeWebRequest request, @Nullable WebDataBinderFactory binders) throws IOException {
        HttpServletRequest sent = Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class));
        String type = sent.getContentType();
        if (type == null || !type.startsWith("application/x-www-form-urlencoded")) {
            return new Form(Map.of());
        }
        int most = sent.getUserPrincipal() == null && !access.open() ? MOST_OF_STRANGERS : MOST_BYTES;
        byte[] body = sent.getInputStream().readNBytes(most + 1);
        if (body.length > most) {
            throw new BodyTooLarge(most);
        }
        try {
            return Form.decoded(new String(body, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("The form cannot be read: " + e.getMessage());
        }
    }
}
