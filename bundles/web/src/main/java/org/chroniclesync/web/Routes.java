// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** What is done at which path. Safe for any thread once it is filled. */
final class Routes {
  static final String PREFIX = "/api/v1";

  private final List<Route> routes = new ArrayList<>();

  /** Does what a request asks for. */
  interface Handler {
    void handle(Exchange exchange) throws IOException, StorageException, InterruptedException;
  }

  /** A group of routes. */
  interface Group {
    void addTo(Routes routes);
  }

  /** What was found for a path. */
  record Found(Handler handler, Map<String, String> variables) {}

  private record Route(String method, List<String> path, Handler handler) {
    @Nullable Map<String, String> match(List<String> parts) {
      if (parts.size() != path.size()) {
        return null;
      }
      Map<String, String> variables = new HashMap<>();
      for (int i = 0; i < parts.size(); i++) {
        String expected = path.get(i);
        if (expected.startsWith("{")) {
          variables.put(
              expected.substring(1, expected.length() - 1),
              Query.decode(parts.get(i).replace("+", "%2B")));
        } else if (!expected.equals(parts.get(i))) {
          return null;
        }
      }
      return variables;
    }
  }

  Routes with(Group... groups) {
    for (Group group : groups) {
      group.addTo(this);
    }
    return this;
  }

  /** What these would do is refused. */
  Routes without(Supplier<Problem> why, Group... groups) {
    new Routes()
        .with(groups)
        .routes
        .forEach(
            route ->
                routes.add(
                    new Route(
                        route.method(),
                        route.path(),
                        exchange -> {
                          throw why.get();
                        })));
    return this;
  }

  Routes get(String path, Handler handler) {
    return add("GET", path, handler);
  }

  Routes post(String path, Handler handler) {
    return add("POST", path, handler);
  }

  Routes put(String path, Handler handler) {
    return add("PUT", path, handler);
  }

  Routes delete(String path, Handler handler) {
    return add("DELETE", path, handler);
  }

  private Routes add(String method, String path, Handler handler) {
    routes.add(new Route(method, split(path), handler));
    return this;
  }

  /** All that can be asked for, as method, blank and path. */
  Set<String> all() {
    Set<String> all = new TreeSet<>();
    routes.forEach(route -> all.add(route.method() + " /" + String.join("/", route.path())));
    return all;
  }

  Found find(String method, String path) {
    List<String> parts = split(path);
    Set<String> others = new TreeSet<>();
    for (Route route : routes) {
      Map<String, String> variables = route.match(parts);
      if (variables != null && route.method().equals(method)) {
        return new Found(route.handler(), variables);
      }
      if (variables != null) {
        others.add(route.method());
      }
    }
    throw others.isEmpty()
        ? Problem.unknown(
            Code.REQUEST,
            "There is nothing at this address.",
            "GET /api/v1/openapi.json lists what there is.")
        : Problem.wrongMethod(method, String.join(" or ", others));
  }

  /** The route of a request, for a log: without what a person looked for. */
  String name(HttpServletRequest request) {
    List<String> parts = split(request.getRequestURI());
    return routes.stream()
        .filter(route -> route.match(parts) != null)
        .map(route -> "/" + String.join("/", route.path()))
        .findFirst()
        .orElse("a file of the page");
  }

  private static List<String> split(String path) {
    return List.of(path.substring(1).split("/", -1));
  }
}
