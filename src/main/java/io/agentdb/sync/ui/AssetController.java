package io.agentdb.sync.ui;

import io.agentdb.sync.web.problem.NotHere;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** Script, style and pictures of the pages, under a path that changes with them: browsers keep them for good. */
@Controller
class AssetController {

    private record Asset(String place, String type) { }

    private static final String HTMX = "META-INF/resources/webjars/htmx.org/2.0.10/dist/";
    private static final String UPLOT = "META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final Map<String, Asset> ALL = new TreeMap<>(Map.of(
            "desk.css", new Asset("ui/desk.css", "text/css;charset=UTF-8"),
            "desk.js", new Asset("ui/desk.js", "text/javascript;charset=UTF-8"),
            "icon.svg", new Asset("ui/icon.svg", "image/svg+xml"),
            "htmx.js", new Asset(HTMX + "htmx.min.js", "text/javascript;charset=UTF-8"),
            "uplot.js", new Asset(UPLOT + "uPlot.iife.min.js", "text/javascript;charset=UTF-8"),
            "uplot.css", new Asset(UPLOT + "uPlot.min.css", "text/css;charset=UTF-8")));

    /** Of this build. */
    static final String PLACE = "/ui/assets/" + print();

    @GetMapping("/ui/assets/{print}/{name}")
    ResponseEntity<Resource> asset(@PathVariable String name) {
        Asset asset = ALL.get(name);
        if (asset == null) {
            throw new NotHere("There is no " + name + " among the pages' files.");
        }
        return ResponseEntity.ok().header("Content-Type", asset.type())
                .cacheControl(CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable())
                .body(new ClassPathResource(asset.place()));
    }

    private static String print() {
        CRC32 sum = new CRC32();
        for (Asset asset : ALL.values()) {
            try (InputStream in = new ClassPathResource(asset.place()).getInputStream()) {
                sum.update(in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Long.toHexString(sum.getValue());
    }
}
