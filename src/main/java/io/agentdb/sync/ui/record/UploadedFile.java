package io.agentdb.sync.ui.record;

import io.agentdb.sync.web.problem.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.tomcat.util.http.fileupload.FileItemIterator;
import org.apache.tomcat.util.http.fileupload.FileItemStream;
import org.apache.tomcat.util.http.fileupload.FileUpload;
import org.apache.tomcat.util.http.fileupload.FileUploadException;
import org.apache.tomcat.util.http.fileupload.servlet.ServletRequestContext;

/**
 * The file that somebody has chosen in a form, while it comes: it may be larger than all memory.
 *
 * @param fields those that stand before it in the form
 * @param name as its owner calls it, without a path; empty if the browser does not say
 * @param content read once, by one thread; closed by its reader
 */
record UploadedFile(Map<String, String> fields, String name, InputStream content) {

    private static final int MOST_PARTS = 10;
    private static final int LONGEST_FIELD = 1_000;

    /** @throws Refusal 400 if the form has no file */
    static UploadedFile of(HttpServletRequest request) throws IOException {
        try {
            FileUpload form = new FileUpload();
            form.setFileCountMax(MOST_PARTS);
            Map<String, String> fields = new HashMap<>();
            FileItemIterator parts = form.getItemIterator(new ServletRequestContext(request));
            while (parts.hasNext()) {
                FileItemStream part = parts.next();
                String name = part.getName() == null ? "" : part.getName();
                if (part.isFormField()) {
                    try (InputStream value = part.openStream()) {
                        fields.put(part.getFieldName(), new String(value.readNBytes(LONGEST_FIELD),
                                StandardCharsets.UTF_8));
                    }
                } else if (!name.isEmpty()) {
                    return new UploadedFile(fields, name.replaceFirst("^.*[/\\\\]", ""), part.openStream());
                }
            }
        } catch (FileUploadException e) {
            throw Refusal.badRequest("The form cannot be read: " + e.getMessage());
        }
        throw Refusal.badRequest("No file was chosen: choose one, and send it then.");
    }
}
