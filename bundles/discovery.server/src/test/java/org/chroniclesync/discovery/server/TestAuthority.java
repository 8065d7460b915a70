// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Issues certificates for this computer, by an authority in between. */
final class TestAuthority {
  private static final Duration LONG = Duration.ofDays(30);
  private static final AtomicLong SERIAL = new AtomicLong(1_000);

  private final KeyPair rootKeys = keys("EC");
  private final X509Certificate root;
  private final KeyPair keys = keys("EC");
  private final X509Certificate own;

  /** What a service needs. */
  record Issued(String key, String chain, X509Certificate certificate) {
    void write(Path keyFile, Path chainFile) throws IOException {
      Path draft = Files.createTempFile(keyFile.getParent(), "key", "");
      Files.writeString(draft, key, US_ASCII);
      if (draft.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
      }
      Files.move(draft, keyFile, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      Files.writeString(chainFile, chain, US_ASCII);
    }
  }

  TestAuthority() throws Exception {
    Instant from = Instant.now().minus(LONG);
    Instant to = Instant.now().plus(LONG);
    root = certificate("CN=Root", rootKeys, "CN=Root", rootKeys, true, from, to);
    own = certificate("CN=Between", keys, "CN=Root", rootKeys, true, from, to);
  }

  Issued issue(String algorithm) throws Exception {
    return issue(algorithm, Instant.now().plus(LONG));
  }

  Issued issue(String algorithm, Instant until) throws Exception {
    KeyPair pair = keys(algorithm);
    X509Certificate issued =
        certificate(
            "CN=Service",
            pair,
            "CN=Between",
            keys,
            false,
            until.minus(LONG.multipliedBy(2)),
            until);
    return new Issued(
        pem("PRIVATE KEY", pair.getPrivate().getEncoded()),
        pem("CERTIFICATE", issued.getEncoded()) + pem("CERTIFICATE", own.getEncoded()),
        issued);
  }

  /** Trusts the root alone, so that the chain has to be whole. */
  SSLContext trusting() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("root", root);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** Connects anew, and returns whose certificate is shown. */
  BigInteger serialAt(int port) throws Exception {
    try (SSLSocket socket =
        (SSLSocket) trusting().getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.setSoTimeout(60_000);
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  static String pem(String kind, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), kind);
  }

  private static KeyPair keys(String algorithm) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (algorithm.equals("EC")) {
      generator.initialize(new ECGenParameterSpec("secp256r1"));
    }
    return generator.generateKeyPair();
  }

  private static X509Certificate certificate(
      String name,
      KeyPair of,
      String issuer,
      KeyPair by,
      boolean authority,
      Instant from,
      Instant to)
      throws Exception {
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Principal(issuer),
            BigInteger.valueOf(SERIAL.incrementAndGet()).shiftLeft(32).or(salt()),
            Date.from(from),
            Date.from(to),
            new X500Principal(name),
            of.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    if (!authority) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
    }
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate())));
  }

  private static BigInteger salt() {
    return BigInteger.valueOf(new SecureRandom().nextInt(Integer.MAX_VALUE));
  }
}
