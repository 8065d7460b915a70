// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that a browser asks for: the way in, the API, and the files of the page. */
final class PageServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(PageServlet.class);

  /** Nothing from elsewhere, nothing inline, in no frame. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
          + " font-src 'self'; connect-src 'self'; manifest-src 'self'; media-src 'self' blob:;"
          + " worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  /** A page of its own and no redirect: the cookie is then sent wherever the link was clicked. */
  private static final String OPENED =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"key\" content=\"%s\">"
          + "<title>ChronicleSync</title><script src=\"/open.js\" defer></script>"
          + "<p>This page needs JavaScript. It comes from this computer only.</p></html>";

  private static final String ENDED =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>ChronicleSync</title>"
          + "<h1>This link has been used or has ended</h1><p>A link opens the page once."
          + " Run <code>chroniclesync open</code> on this computer for a new one,"
          + " or go to <a href=\"/\">the page</a> if it is open in this browser already.</p>"
          + "<p>If you have not used it, another user of this computer may have:"
          + " open the page with a new link, and close it in all browsers under Parts.</p></html>";

  private final transient Gate gate;
  private final transient @Nullable Sessions links;
  private final transient Routes routes;
  private final transient StaticFiles files;
  private final transient Preparing preparing;

  /**
   * Makes one.
   *
   * @param links by which the page is opened, or null where it is not
   */
  PageServlet(
      Gate gate, @Nullable Sessions links, Routes routes, StaticFiles files, Preparing preparing) {
    this.preparing = preparing;
    this.gate = gate;
    this.links = links;
    this.routes = routes;
    this.files = files;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    protect(response);
    try {
      gate.admit(request);
      answer(request, response);
    } catch (Problem problem) {
      refuse(request, response, problem);
    } catch (StorageException e) {
      refuse(
          request,
          response,
          Problem.missing(
              Code.STORAGE_FAILED,
              Problem.sentence(e),
              "See the state of the storage among the parts."));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      refuse(
          request,
          response,
          Problem.missing(Code.STOPPING, "The node is stopping.", "Start it again."));
    } catch (RuntimeException | Error e) { // one request is lost, and nothing else
      LOG.warn("a request for {} failed", routes.name(request), e);
      refuse(
          request,
          response,
          Problem.failed(
              Code.FAILED,
              "The node could not answer this.",
              "Try again; the log of the node says why."));
    }
  }

  private static void protect(HttpServletResponse response) {
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("X-Frame-Options", "DENY");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    response.setHeader(
        "Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()");
    response.setHeader("Cache-Control", "no-store");
  }

  private void answer(HttpServletRequest request, HttpServletResponse response)
      throws IOException, StorageException, InterruptedException {
    String path = request.getRequestURI();
    if (path.equals("/api") || path.startsWith("/api/")) {
      gate.requireOwnPage(request);
      String method = request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
      boolean signsIn = method.equals("POST") && path.equals(SessionGroup.PATH);
      String session = signsIn ? "" : gate.requireSession(request);
      if (!signsIn) {
        preparing.begin();
      }
      Routes.Found found = routes.find(method, path);
      found.handler().handle(new Exchange(request, response, gate, session, found.variables()));
      readToItsEnd(request, response);
      return;
    }
    if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
      throw Problem.wrongMethod(request.getMethod(), "GET");
    }
    if (path.equals("/open") && links != null) {
      open(links, request, response);
    } else {
      files.send(path, request, response);
    }
  }

  private void open(Sessions sessions, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String secret = Query.parse(request.getQueryString()).get("once");
    Sessions.Opened session = secret == null ? null : sessions.open(secret);
    if (session == null) {
      response.setStatus(HttpServletResponse.SC_GONE);
      html(response, ENDED);
      return;
    }
    gate.letIn(request, response, session);
    String key = Objects.requireNonNull(session.held().key());
    html(response, OPENED.formatted(key));
  }

  private static void html(HttpServletResponse response, String text) throws IOException {
    Exchange.send(response, "text/html; charset=utf-8", text.getBytes(UTF_8));
  }

  /**
   * Reads what is left of a body. A server that answers first ends the connection, of which the
   * browser learns when it has sent its next question there.
   */
  private static void readToItsEnd(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (request.isAsyncStarted() || request.getContentLengthLong() == 0) {
      return;
    }
    boolean isLong = request.getContentLengthLong() > Exchange.MAX_BODY_BYTES;
    if (!isLong) {
      request.getInputStream().readNBytes(Exchange.MAX_BODY_BYTES);
    }
    if (isLong || request.getInputStream().read() >= 0) {
      response.setHeader("Connection", "close");
    }
  }

  private static void refuse(
      HttpServletRequest request, HttpServletResponse response, Problem problem)
      throws IOException {
    if (response.isCommitted()) {
      // Half of the answer is on its way; the connection ends, so that nobody takes it for a whole.
      throw new IOException("an answer broke off: " + problem.title());
    }
    LOG.debug("refused: {} {}", problem.status(), problem.title());
    readToItsEnd(request, response);
    Exchange.send(response, problem);
  }
}
