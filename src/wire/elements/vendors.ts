// Vendors' information elements, one a line as in iana.ts.

/** Cisco Application Visibility and Control: its metric definition guide. In NetFlow v9 the id stands with the bit 0x8000 set. */
export const CISCO = `
4315 tcpWindowSizeMin u32 octets
4316 tcpWindowSizeMax u32 octets
4318 tcpMaximumSegmentSize u16 octets
4324 tcpWindowSizeSum u64 octets
8232 classHierarchy octets
8337 serverBytesNetwork u64 octets
8338 clientBytesNetwork u64 octets
9252 servicesWaasSegment u8
9253 servicesWaasPassThroughReason u8
9267 clientRetransBytes u32 octets
9268 clientRetransPackets u32 packets
9269 serverRetransBytes u32 octets
9270 serverRetransPackets u32 packets
9272 transactionCountDelta u32
9273 sumTransactionTime u32 milliseconds
9274 maxTransactionTime u32 milliseconds
9275 minTransactionTime u32 milliseconds
9292 numRespsCountDelta u32
9293 numResps1CountDelta u32
9294 numResps2CountDelta u32
9295 numResps3CountDelta u32
9296 numResps4CountDelta u32
9297 numResps5CountDelta u32
9298 numResps6CountDelta u32
9299 numResps7CountDelta u32
9300 numLateRespsCountDelta u32
9303 sumRespTime u32 milliseconds
9304 maxRespTime u32 milliseconds
9305 minRespTime u32 milliseconds
9306 sumServerRespTime u32 milliseconds
9307 maxServerRespTime u32 milliseconds
9308 minServerRespTime u32 milliseconds
9309 sumTotalRespTime u32 milliseconds
9310 maxTotalRespTime u32 milliseconds
9311 minTotalRespTime u32 milliseconds
9313 sumNwkTime u32 milliseconds
9314 maxNwkTime u32 milliseconds
9315 minNwkTime u32 milliseconds
9316 sumClientNwkTime u32 milliseconds
9317 maxClientNwkTime u32 milliseconds
9318 minClientNwkTime u32 milliseconds
9319 sumServerNwkTime u32 milliseconds
9320 maxServerNwkTime u32 milliseconds
9321 minServerNwkTime u32 milliseconds
9357 appHTTPUriStatistics string
9360 policyQosQueueID u32
9361 policyQosQueueDrop u64
12232 appCategoryName string
12233 appSubCategoryName string
12234 appGroupName string
12235 appHTTPHost string
12236 clientIPv4Address ip4
12237 serverIPv4Address ip4
12238 clientIPv6Address ip6
12239 serverIPv6Address ip6
12240 clientTransportPort u16
12241 serverTransportPort u16
12242 connectionId u32
12244 appBusiness string
`;

/** NetFlow v9 types of Cisco ASA (NSEL: "Cisco ASA NetFlow Implementation Guide"); 40001-40005 before software 8.4(5). */
export const CISCO_NSEL = `
33000 ingressAclId octets
33001 egressAclId octets
33002 firewallExtendedEvent u16
40000 aaaUsername string
40001 xlateSourceIPv4Address ip4
40002 xlateDestinationIPv4Address ip4
40003 xlateSourceTransportPort u16
40004 xlateDestinationTransportPort u16
40005 firewallEvent u8
`;

/** VMware NSX: "Flows Monitored by the IPFIX for vSphere Distributed Switch". */
export const VMWARE = `
880 tenantProtocol u8
881 tenantSourceIPv4 ip4
882 tenantDestIPv4 ip4
883 tenantSourceIPv6 ip6
884 tenantDestIPv6 ip6
886 tenantSourcePort u16
887 tenantDestPort u16
888 egressInterfaceAttr u16
889 vxlanExportRole u8
890 ingressInterfaceAttr u16
`;

/** Citrix NetScaler (AppFlow). */
export const NETSCALER = `
128 roundTripTime u32 milliseconds
129 transactionId u32
130 httpReqUrl string
131 httpReqCookie string
132 flowFlags u64
133 connectionId u32
134 syslogPriority u8
135 syslogMessage string
136 syslogTimestamp ms
140 httpReqReferer string
141 httpReqMethod string
142 httpReqHost string
143 httpReqUserAgent string
144 httpRspStatus u16
145 httpRspLen u64
146 serverTTFB u64 microseconds
147 serverTTLB u64 microseconds
150 appNameIncarnationNumber u32
151 appNameAppId u32
152 appName string
153 httpReqRcvFB us
156 httpReqForwFB us
157 httpResRcvFB us
158 httpResForwFB us
159 httpReqRcvLB us
160 httpReqForwLB us
161 mainPageId u32
162 mainPageCoreId u32
163 httpClientInteractionStartTime string
164 httpClientRenderEndTime string
165 httpClientRenderStartTime string
167 appTemplateName string
168 httpClientInteractionEndTime string
169 httpResRcvLB us
170 httpResForwLB us
171 appUnitNameAppId u32
172 dbLoginFlags u32
173 dbReqType u8
174 dbProtocolName u8
175 dbUserName string
176 dbDatabaseName string
177 dbCltHostName string
178 dbReqString string
179 dbRespStatusString string
180 dbRespStatus u64
181 dbRespLength u64
182 clientRTT u32
183 httpContentType string
185 httpReqAuthorization string
186 httpReqVia string
187 httpResLocation string
188 httpResSetCookie string
189 httpResSetCookie2 string
190 httpReqXForwardedFor string
192 connectionChainID octets
193 connectionChainHopCount u8
200 icaSessionGuid octets
201 icaClientVersion string
202 icaClientType u16
203 icaClientIP ip4
204 icaClientHostName string
205 aaaUsername string
207 icaDomainName string
208 icaClientLauncher u16
209 icaSessionSetupTime s
210 icaServerName string
214 icaSessionReconnects u8
215 icaRTT u32
216 icaClientsideRXBytes u32
217 icaClientsideTXBytes u32
219 icaClientsidePacketsRetransmit u16
220 icaServersidePacketsRetransmit u16
221 icaClientsideRTT u32
222 icaServersideRTT u32
223 icaSessionUpdateBeginSec s
224 icaSessionUpdateEndSec s
225 icaChannelId1 u32
226 icaChannelId1Bytes u32
227 icaChannelId2 u32
228 icaChannelId2Bytes u32
229 icaChannelId3 u32
230 icaChannelId3Bytes u32
231 icaChannelId4 u32
232 icaChannelId4Bytes u32
233 icaChannelId5 u32
234 icaChannelId5Bytes u32
235 icaConnectionPriority u16
236 applicationStartupDuration u32
237 icaLaunchMechanism u16
238 icaApplicationName string
239 applicationStartupTime s
240 icaApplicationTerminationType u16
241 icaApplicationTerminationTime s
242 icaSessionEndTime s
243 icaClientsideJitter u32
244 icaServersideJitter u32
245 icaAppProcessID u32
246 icaAppModulePath string
247 icaDeviceSerialNo u32
248 msiClientCookie octets
249 icaFlags u64
250 icaUsername string
251 licenseType u8
252 maxLicenseCount u64
253 currentLicenseConsumed u64
254 icaNetworkUpdateStartTime s
255 icaNetworkUpdateEndTime s
256 icaClientsideSRTT u32
257 icaServersideSRTT u32
258 icaClientsideDelay u32
259 icaServersideDelay u32
260 icaHostDelay u32
261 icaClientSideWindowSize u16
262 icaServerSideWindowSize u16
263 icaClientSideRTOCount u16
264 icaServerSideRTOCount u16
265 icaL7ClientLatency u32
266 icaL7ServerLatency u32
267 httpDomainName string
268 cacheRedirClientConnectionCoreID u32
269 cacheRedirClientConnectionTransactionID u32
`;

/** CERT Network Situational Awareness (YAF). */
export const CERT = `
12 obsoleteReverseOctetTotalCount u64
13 obsoleteReversePacketTotalCount u64
14 initialTCPFlags u16
15 unionTCPFlags u16
16 obsoleteReverseInitialTCPFlags u8
17 obsoleteReverseUnionTCPFlags u8
18 payload octets
19 obsoleteReversePayload octets
20 obsoleteReverseTcpSequenceNumber u32
21 reverseFlowDeltaMilliseconds u32 milliseconds
29 obsoleteReverseVlanId u16
30 silkFlowType u8
31 silkFlowSensor u16
32 silkTCPState u8
33 silkAppLabel u16
35 payloadEntropy u8
36 osName string
37 osVersion string
38 firstPacketBanner octets
39 secondPacketBanner octets
100 expiredFragmentCount u32 packets
101 assembledFragmentCount u32 packets
102 meanFlowRate u32 flows
103 meanPacketRate u32 packets
104 flowTableFlushEventCount u32 flows
105 flowTablePeakCount u32 flows
106 yafFlowKeyHash u32
107 osFingerPrint string
110 httpServerString string
111 httpUserAgent string
112 httpGet string
113 httpConnection string
114 httpVersion string
115 httpReferer string
116 httpLocation string
117 httpHost string
118 httpContentLength string
119 httpAge string
120 httpAccept string
121 httpAcceptLanguage string
122 httpContentType string
123 httpResponse string
124 pop3TextMessage string
125 ircTextMessage string
126 tftpFilename string
127 tftpMode string
128 slpVersion u8
129 slpMessageType u8
130 slpString string
131 ftpReturn string
132 ftpUser string
133 ftpPass string
134 ftpType string
135 ftpRespCode string
136 imapCapability string
137 imapLogin string
138 imapStartTLS string
139 imapAuthenticate string
140 imapCommand string
141 imapExists string
142 imapRecent string
143 rtspURL string
144 rtspVersion string
145 rtspReturnCode string
146 rtspContentLength string
147 rtspCommand string
148 rtspContentType string
149 rtspTransport string
150 rtspCSeq string
151 rtspLocation string
152 rtspPacketsReceived string
153 rtspUserAgent string
154 rtspJitter string
155 sipInvite string
156 sipCommand string
157 sipVia string
158 sipMaxForwards string
159 sipAddress string
160 sipContentLength string
161 sipUserAgent string
162 smtpHello string
163 smtpFrom string
164 smtpTo string
165 smtpContentType string
166 smtpSubject string
167 smtpFilename string
168 smtpContentDisposition string
169 smtpResponse string
170 smtpEnhanced string
171 sshVersion string
172 nntpResponse string
173 nntpCommand string
174 dnsQueryResponse u8
175 dnsQRType u16
176 dnsAuthoritative u8
177 dnsNXDomain u8
178 dnsRRSection u8
179 dnsQName string
180 dnsCName string
181 dnsMXPreference u16
182 dnsMXExchange string
183 dnsNSDName string
184 dnsPTRDName string
185 sslCipher u32
186 sslClientVersion u8
187 sslServerCipher u32
188 sslCompressionMethod u8
189 sslCertVersion u8
190 sslCertSignature octets
191 sslCertIssuerCountryName string
192 sslCertIssuerOrgName string
193 sslCertIssuerOrgUnitName string
194 sslCertIssuerZipCode string
195 sslCertIssuerState string
196 sslCertIssuerCommonName string
197 sslCertIssuerLocalityName string
198 sslCertIssuerStreetAddress string
199 dnsTTL u32
200 sslCertSubCountryName string
201 sslCertSubOrgName string
202 sslCertSubOrgUnitName string
203 sslCertSubZipCode string
204 sslCertSubState string
205 sslCertSubCommonName string
206 sslCertSubLocalityName string
207 sslCertSubStreetAddress string
208 dnsTXTData string
209 dnsSOASerial u32
210 dnsSOARefresh u32
211 dnsSOARetry u32
212 dnsSOAExpire u32
213 dnsSOAMinimum u32
214 dnsSOAMName string
215 dnsSOARName string
216 dnsSRVPriority u16
217 dnsSRVWeight u16
218 dnsSRVPort u16
219 dnsSRVTarget string
220 httpCookie string
221 httpSetCookie string
222 smtpSize string
223 mysqlUsername string
224 mysqlCommandCode u8
225 mysqlCommandText string
226 dnsID u16
227 dnsAlgorithm u8
228 dnsKeyTag u16
229 dnsSigner string
230 dnsSignature octets
231 dnsDigest octets
232 dnsPublicKey octets
233 dnsSalt octets
234 dnsHashData octets
235 dnsIterations u16
236 dnsSignatureExpiration u32
237 dnsSignatureInception u32
238 dnsDigestType u8
239 dnsLabels u8
240 dnsTypeCovered u16
241 dnsFlags u16
242 dhcpFingerPrint string
243 dhcpVendorCode string
244 sslCertSerialNumber octets
245 sslObjectType u8
246 sslObjectValue octets
247 sslCertValidityNotBefore string
248 sslCertValidityNotAfter string
249 sslPublicKeyAlgorithm octets
250 sslPublicKeyLength u16
251 smtpDate string
252 httpAuthorization string
253 httpVia string
254 httpX-Forwarded-For string
255 httpExpires string
256 httpRefresh string
257 httpIMEI string
258 httpIMSI string
259 httpMSISDN string
260 httpSubscriber string
261 httpAcceptCharset string
262 httpAcceptEncoding string
263 httpAllow string
264 httpDate string
265 httpExpect string
266 httpFrom string
267 httpProxyAuthentication string
268 httpUpgrade string
269 httpWarning string
270 httpDNT string
271 httpX-Forwarded-Proto string
272 httpX-Forwarded-Host string
273 httpX-Forwarded-Server string
274 httpX-DeviceID string
275 httpX-Profile string
276 httpLastModified string
277 httpContentEncoding string
278 httpContentLanguage string
279 httpContentLocation string
280 httpX-UA-Compatible string
281 dnp3SourceAddress u16
282 dnp3DestinationAddress u16
283 dnp3Function u8
284 dnp3ObjectData octets
285 modbusData octets
286 ethernetIPData octets
287 rtpPayloadType u8
288 sslRecordVersion u16
289 mptcpInitialDataSequenceNumber u64
290 mptcpReceiverToken u32
291 mptcpMaximumSegmentSize u16
292 mptcpAddressID u8
293 mptcpFlags u8
294 sslServerName string
295 sslCertificateHash octets
296 sslCertificate octets
297 dhcpOption u8
298 sslCertificateSHA1 octets
299 sslCertificateMD5 octets
300 nDPIL7Protocol u16
301 nDPIL7SubProtocol u16
500 smallPacketCount u32 packets
501 nonEmptyPacketCount u32 packets
502 dataByteCount u64 octets
503 averageInterarrivalTime u64 milliseconds
504 standardDeviationInterarrivalTime u64 milliseconds
505 firstNonEmptyPacketSize u16 octets
506 maxPacketSize u16 octets
507 firstEightNonEmptyPacketDirections u8
508 standardDeviationPayloadLength u16 octets
509 tcpUrgentCount u32 packets
510 largePacketCount u32 packets
550 tombstoneId u32
551 exporterConfiguredId u16
552 exporterUniqueId u16
927 dnsRName string
928 dnsHitCount u16
929 observedDataTotalCount u64
930 observedData octets
1000 templateName string
1001 templateDescription string
`;

/** ntop nProbe: its template reference. In NetFlow v9 the type is 57472 + id. */
export const NTOP = `
113 untunneledProtocol u8
114 untunneledSourceIPv4Address ip4
115 untunneledSourceTransportPort u16
116 untunneledDestinationIPv4Address ip4
117 untunneledDestinationTransportPort u16
118 l7Protocol u16
119 l7ProtocolName string
`;

/** Juniper: inline monitoring services. */
export const JUNIPER = `
137 commonPropertiesId octets
`;
