// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate and its key, in files that somebody else renews.
 *
 * @param certificate the certificate, and those that lead to the authority, in PEM
 * @param key the key, in PEM and PKCS#8
 */
record PemFiles(Path certificate, Path key) {
  /** What a file may have at most. */
  static final int MAX_BYTES = 262_144;

  private static final int MAX_CHAIN = 10;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----");

  /** Both files, as they were read. */
  record Contents(String certificate, String key) {
    /** Tells contents apart without keeping a key in memory. */
    String print() throws GeneralSecurityException {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(certificate.getBytes(ISO_8859_1));
      digest.update((byte) 0);
      return HexFormat.of().formatHex(digest.digest(key.getBytes(ISO_8859_1)));
    }
  }

  /** A key, and the certificates from its own on. */
  record Pair(PrivateKey key, List<X509Certificate> chain) {}

  /** Says in a sentence what is wrong with the files, and what to do. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String sentence) {
      super(sentence);
    }
  }

  /** Returns the files of a configuration, if it has a port of TLS. */
  static Optional<PemFiles> of(Config config) {
    if (config.tlsPort() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new PemFiles(
            Settings.VALUES.path(
                "tlsCertificate",
                config.tlsCertificate(),
                "the path of a file in PEM where there is a tlsPort"),
            Settings.VALUES.path(
                "tlsKey", config.tlsKey(), "the path of a file in PEM where there is a tlsPort")));
  }

  Contents read() throws Refused {
    String chain = read(certificate, "tlsCertificate");
    requirePrivate();
    return new Contents(chain, read(key, "tlsKey"));
  }

  private static String read(Path file, String name) throws Refused {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new Refused("%s is larger than any: %s.".formatted(name, file));
      }
      return new String(bytes, ISO_8859_1);
    } catch (IOException e) {
      throw unreadable(name, file, e);
    }
  }

  private static Refused unreadable(String name, Path file, IOException e) {
    String why = e instanceof FileSystemException known ? known.getReason() : e.getMessage();
    return new Refused(
        "%s cannot be read (%s): it must be a file that the service may read: %s."
            .formatted(name, why == null ? e.getClass().getSimpleName() : why, file));
  }

  /**
   * Nobody but the owner may read the key, except a group that root allowed: so are the keys of
   * Debian's group ssl-cert, and the credentials of systemd.
   */
  private void requirePrivate() throws Refused {
    try {
      if (!Files.getFileStore(key).supportsFileAttributeView("posix")) {
        return;
      }
      PosixFileAttributes attributes = Files.readAttributes(key, PosixFileAttributes.class);
      Set<PosixFilePermission> permissions = attributes.permissions();
      boolean ofRoot = Integer.valueOf(0).equals(Files.getAttribute(key, "unix:uid"));
      boolean open =
          permissions.contains(PosixFilePermission.OTHERS_READ)
              || permissions.contains(PosixFilePermission.OTHERS_WRITE)
              || permissions.contains(PosixFilePermission.GROUP_WRITE)
              || (permissions.contains(PosixFilePermission.GROUP_READ) && !ofRoot);
      if (open) {
        throw new Refused(
            "tlsKey can be read or written by others: only its owner may, or a group if root owns"
                + " it. chmod 600 %s mends that.".formatted(key));
      }
    } catch (IOException e) {
      throw unreadable("tlsKey", key, e);
    }
  }

  /** Checks that both belong together and are good now: whoever connects would find out. */
  Pair check(Contents contents) throws Refused {
    List<X509Certificate> chain = chain(contents.certificate());
    PrivateKey parsed = key(contents.key(), chain.get(0).getPublicKey());
    try {
      chain.get(0).checkValidity();
    } catch (CertificateException e) {
      throw new Refused(
          "tlsCertificate is good from %s to %s, and not now: renew it: %s."
              .formatted(
                  chain.get(0).getNotBefore().toInstant(),
                  chain.get(0).getNotAfter().toInstant(),
                  certificate));
    }
    return new Pair(parsed, chain);
  }

  private List<X509Certificate> chain(String pem) throws Refused {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      Matcher block = BLOCK.matcher(pem);
      while (block.find() && chain.size() <= MAX_CHAIN) {
        if (block.group(1).equals("CERTIFICATE")) {
          byte[] der = Base64.getMimeDecoder().decode(block.group(2));
          chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
        }
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new Refused("tlsCertificate holds a certificate that is broken: " + certificate + ".");
    }
    if (chain.isEmpty() || chain.size() > MAX_CHAIN) {
      throw new Refused(
          "tlsCertificate must hold 1 to %d certificates in PEM: %s."
              .formatted(MAX_CHAIN, certificate));
    }
    requireOrder(chain);
    return List.copyOf(chain);
  }

  private void requireOrder(List<X509Certificate> chain) throws Refused {
    for (int i = 1; i < chain.size(); i++) {
      try {
        chain.get(i - 1).verify(chain.get(i).getPublicKey());
      } catch (GeneralSecurityException e) {
        throw new Refused(
            "Certificate %d of tlsCertificate was not issued by the one after it: the service's own"
                    .formatted(i)
                + " comes first, then the one that issued it (fullchain.pem): "
                + certificate
                + ".");
      }
    }
  }

  private PrivateKey key(String pem, PublicKey of) throws Refused {
    Matcher block = BLOCK.matcher(pem);
    while (block.find()) {
      if (block.group(1).equals("PRIVATE KEY")) {
        return decoded(block.group(2), of);
      }
      if (block.group(1).endsWith("PRIVATE KEY")) {
        throw new Refused(
            "tlsKey is of the kind %s: make it one without a password, in PKCS#8, by openssl pkcs8"
                    .formatted(block.group(1))
                + " -topk8 -nocrypt -in OLD -out NEW: "
                + key
                + ".");
      }
    }
    throw new Refused("tlsKey holds no key in PEM: " + key + ".");
  }

  private PrivateKey decoded(String base64, PublicKey of) throws Refused {
    String algorithm = of.getAlgorithm();
    if (!algorithm.equals("RSA") && !algorithm.equals("EC")) {
      throw new Refused(
          "tlsCertificate is of the kind %s: take RSA or EC: %s."
              .formatted(algorithm, certificate));
    }
    try {
      PrivateKey parsed =
          KeyFactory.getInstance(algorithm)
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
      Signature signature =
          Signature.getInstance("SHA256with" + (algorithm.equals("EC") ? "ECDSA" : algorithm));
      byte[] text = {1, 2, 3};
      signature.initSign(parsed);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(of);
      signature.update(text);
      if (signature.verify(signed)) {
        return parsed;
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // Falls through: a key of another kind is a wrong one, too; no detail of a key is told.
    }
    throw new Refused(
        "tlsKey does not belong to the first certificate of tlsCertificate: %s and %s."
            .formatted(key, certificate));
  }
}
