// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;

/** Why a request comes to nothing: a cause and a remedy, for a person. */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String title;
  private final String remedy;
  private final int retrySeconds;

  private Problem(int status, String title, String cause, String remedy, int retrySeconds) {
    super(cause, null, false, false);
    this.status = status;
    this.title = title;
    this.remedy = remedy;
    this.retrySeconds = retrySeconds;
  }

  private Problem(int status, String title, String cause, String remedy) {
    this(status, title, cause, remedy, 0);
  }

  static Problem wrong(String cause, String remedy) {
    return new Problem(400, "Wrong request", cause, remedy);
  }

  /** Of an exception that says both what is wrong and what to do. */
  static Problem wrong(Exception why) {
    return wrong(sentence(why), "Correct it and try again.");
  }

  static Problem noSession() {
    return new Problem(
        401,
        "Not opened",
        "This browser has not opened the page of this node, or not for a long time.",
        "Run chroniclesync open on this computer, and open the link that it prints.");
  }

  static Problem forbidden(String cause, String remedy) {
    return new Problem(403, "Refused", cause, remedy);
  }

  static Problem unknown(String cause, String remedy) {
    return new Problem(404, "Not found", cause, remedy);
  }

  static Problem wrongMethod(String method, String allowed) {
    return new Problem(
        405, "Wrong method", "Nothing is done here by " + method + ".", "Use " + allowed + ".");
  }

  static Problem conflict(String cause, String remedy) {
    return new Problem(409, "Not now", cause, remedy);
  }

  static Problem tooLarge(String cause, String remedy) {
    return new Problem(413, "Too large", cause, remedy);
  }

  static Problem wrongType(String expected) {
    return new Problem(
        415,
        "Wrong type",
        "The body is not " + expected + ".",
        "Send it with Content-Type: " + expected + ".");
  }

  static Problem wrongHost() {
    return new Problem(
        421,
        "Wrong host",
        "This node has another name than the one in the address.",
        "Open it as 127.0.0.1 or localhost, or add the name to authorities of org.chroniclesync.web.");
  }

  static Problem tooMany(String cause, String remedy, int retrySeconds) {
    return new Problem(429, "Too many", cause, remedy, retrySeconds);
  }

  static Problem missing(String cause, String remedy) {
    return new Problem(503, "Not available", cause, remedy, 2);
  }

  static Problem failed(String cause, String remedy) {
    return new Problem(500, "Failed", cause, remedy);
  }

  int status() {
    return status;
  }

  String title() {
    return title;
  }

  String cause() {
    return sentence(this);
  }

  String remedy() {
    return remedy;
  }

  OptionalInt retrySeconds() {
    return retrySeconds == 0 ? OptionalInt.empty() : OptionalInt.of(retrySeconds);
  }

  ObjectNode json() {
    return Json.object()
        .put("type", "about:blank")
        .put("title", title)
        .put("status", status)
        .put("detail", cause())
        .put("remedy", remedy);
  }

  /** The message of an exception that is for a person. */
  static String sentence(Throwable why) {
    String message = why.getMessage();
    return message == null ? why.getClass().getSimpleName() + "." : message;
  }
}
