// The IANA registry of IPFIX information elements, one a line: id, name, type (elements.ts), unit.
// https://www.iana.org/assignments/ipfix ; 1-127 are also the field types of NetFlow v9 (RFC 3954 § 8).

export const IANA = `
1 octetDeltaCount u64 octets
2 packetDeltaCount u64 packets
3 deltaFlowCount u64 flows
4 protocolIdentifier u8
5 ipClassOfService u8
6 tcpControlBits u16
7 sourceTransportPort u16
8 sourceIPv4Address ip4
9 sourceIPv4PrefixLength u8 bits
10 ingressInterface u32
11 destinationTransportPort u16
12 destinationIPv4Address ip4
13 destinationIPv4PrefixLength u8 bits
14 egressInterface u32
15 ipNextHopIPv4Address ip4
16 bgpSourceAsNumber u32
17 bgpDestinationAsNumber u32
18 bgpNextHopIPv4Address ip4
19 postMCastPacketDeltaCount u64 packets
20 postMCastOctetDeltaCount u64 octets
21 flowEndSysUpTime u32 milliseconds
22 flowStartSysUpTime u32 milliseconds
23 postOctetDeltaCount u64 octets
24 postPacketDeltaCount u64 packets
25 minimumIpTotalLength u64 octets
26 maximumIpTotalLength u64 octets
27 sourceIPv6Address ip6
28 destinationIPv6Address ip6
29 sourceIPv6PrefixLength u8 bits
30 destinationIPv6PrefixLength u8 bits
31 flowLabelIPv6 u32
32 icmpTypeCodeIPv4 u16
33 igmpType u8
34 samplingInterval u32 packets
35 samplingAlgorithm u8
36 flowActiveTimeout u16 seconds
37 flowIdleTimeout u16 seconds
38 engineType u8
39 engineId u8
40 exportedOctetTotalCount u64 octets
41 exportedMessageTotalCount u64 messages
42 exportedFlowRecordTotalCount u64 flows
43 ipv4RouterSc ip4
44 sourceIPv4Prefix ip4
45 destinationIPv4Prefix ip4
46 mplsTopLabelType u8
47 mplsTopLabelIPv4Address ip4
48 samplerId u8
49 samplerMode u8
50 samplerRandomInterval u32
51 classId u8
52 minimumTTL u8 hops
53 maximumTTL u8 hops
54 fragmentIdentification u32
55 postIpClassOfService u8
56 sourceMacAddress mac
57 postDestinationMacAddress mac
58 vlanId u16
59 postVlanId u16
60 ipVersion u8
61 flowDirection u8
62 ipNextHopIPv6Address ip6
63 bgpNextHopIPv6Address ip6
64 ipv6ExtensionHeaders u32
70 mplsTopLabelStackSection octets
71 mplsLabelStackSection2 octets
72 mplsLabelStackSection3 octets
73 mplsLabelStackSection4 octets
74 mplsLabelStackSection5 octets
75 mplsLabelStackSection6 octets
76 mplsLabelStackSection7 octets
77 mplsLabelStackSection8 octets
78 mplsLabelStackSection9 octets
79 mplsLabelStackSection10 octets
80 destinationMacAddress mac
81 postSourceMacAddress mac
82 interfaceName string
83 interfaceDescription string
84 samplerName string
85 octetTotalCount u64 octets
86 packetTotalCount u64 packets
87 flagsAndSamplerId u32
88 fragmentOffset u16
89 forwardingStatus u8
90 mplsVpnRouteDistinguisher octets
91 mplsTopLabelPrefixLength u8 bits
92 srcTrafficIndex u32
93 dstTrafficIndex u32
94 applicationDescription string
95 applicationId octets
96 applicationName string
98 postIpDiffServCodePoint u8
99 multicastReplicationFactor u32
100 className string
101 classificationEngineId u8
102 layer2packetSectionOffset u16
103 layer2packetSectionSize u16
104 layer2packetSectionData octets
128 bgpNextAdjacentAsNumber u32
129 bgpPrevAdjacentAsNumber u32
130 exporterIPv4Address ip4
131 exporterIPv6Address ip6
132 droppedOctetDeltaCount u64 octets
133 droppedPacketDeltaCount u64 packets
134 droppedOctetTotalCount u64 octets
135 droppedPacketTotalCount u64 packets
136 flowEndReason u8
137 commonPropertiesId u64
138 observationPointId u64
139 icmpTypeCodeIPv6 u16
140 mplsTopLabelIPv6Address ip6
141 lineCardId u32
142 portId u32
143 meteringProcessId u32
144 exportingProcessId u32
145 templateId u16
146 wlanChannelId u8
147 wlanSSID string
148 flowId u64
149 observationDomainId u32
150 flowStartSeconds s seconds
151 flowEndSeconds s seconds
152 flowStartMilliseconds ms milliseconds
153 flowEndMilliseconds ms milliseconds
154 flowStartMicroseconds us microseconds
155 flowEndMicroseconds us microseconds
156 flowStartNanoseconds ns nanoseconds
157 flowEndNanoseconds ns nanoseconds
158 flowStartDeltaMicroseconds u32 microseconds
159 flowEndDeltaMicroseconds u32 microseconds
160 systemInitTimeMilliseconds ms milliseconds
161 flowDurationMilliseconds u32 milliseconds
162 flowDurationMicroseconds u32 microseconds
163 observedFlowTotalCount u64 flows
164 ignoredPacketTotalCount u64 packets
165 ignoredOctetTotalCount u64 octets
166 notSentFlowTotalCount u64 flows
167 notSentPacketTotalCount u64 packets
168 notSentOctetTotalCount u64 octets
169 destinationIPv6Prefix ip6
170 sourceIPv6Prefix ip6
171 postOctetTotalCount u64 octets
172 postPacketTotalCount u64 packets
173 flowKeyIndicator u64
174 postMCastPacketTotalCount u64 packets
175 postMCastOctetTotalCount u64 octets
176 icmpTypeIPv4 u8
177 icmpCodeIPv4 u8
178 icmpTypeIPv6 u8
179 icmpCodeIPv6 u8
180 udpSourcePort u16
181 udpDestinationPort u16
182 tcpSourcePort u16
183 tcpDestinationPort u16
184 tcpSequenceNumber u32
185 tcpAcknowledgementNumber u32
186 tcpWindowSize u16
187 tcpUrgentPointer u16
188 tcpHeaderLength u8 octets
189 ipHeaderLength u8 octets
190 totalLengthIPv4 u16 octets
191 payloadLengthIPv6 u16 octets
192 ipTTL u8 hops
193 nextHeaderIPv6 u8
194 mplsPayloadLength u32 octets
195 ipDiffServCodePoint u8
196 ipPrecedence u8
197 fragmentFlags u8
198 octetDeltaSumOfSquares u64
199 octetTotalSumOfSquares u64 octets
200 mplsTopLabelTTL u8 hops
201 mplsLabelStackLength u32 octets
202 mplsLabelStackDepth u32 entries
203 mplsTopLabelExp u8
204 ipPayloadLength u32 octets
205 udpMessageLength u16 octets
206 isMulticast u8
207 ipv4IHL u8 octets
208 ipv4Options u32
209 tcpOptions u64
210 paddingOctets octets
211 collectorIPv4Address ip4
212 collectorIPv6Address ip6
213 exportInterface u32
214 exportProtocolVersion u8
215 exportTransportProtocol u8
216 collectorTransportPort u16
217 exporterTransportPort u16
218 tcpSynTotalCount u64 packets
219 tcpFinTotalCount u64 packets
220 tcpRstTotalCount u64 packets
221 tcpPshTotalCount u64 packets
222 tcpAckTotalCount u64 packets
223 tcpUrgTotalCount u64 packets
224 ipTotalLength u64 octets
225 postNATSourceIPv4Address ip4
226 postNATDestinationIPv4Address ip4
227 postNAPTSourceTransportPort u16
228 postNAPTDestinationTransportPort u16
229 natOriginatingAddressRealm u8
230 natEvent u8
231 initiatorOctets u64 octets
232 responderOctets u64 octets
233 firewallEvent u8
234 ingressVRFID u32
235 egressVRFID u32
236 VRFname string
237 postMplsTopLabelExp u8
238 tcpWindowScale u16
239 biflowDirection u8
240 ethernetHeaderLength u8 octets
241 ethernetPayloadLength u16 octets
242 ethernetTotalLength u16 octets
243 dot1qVlanId u16
244 dot1qPriority u8
245 dot1qCustomerVlanId u16
246 dot1qCustomerPriority u8
247 metroEvcId string
248 metroEvcType u8
249 pseudoWireId u32
250 pseudoWireType u16
251 pseudoWireControlWord u32
252 ingressPhysicalInterface u32
253 egressPhysicalInterface u32
254 postDot1qVlanId u16
255 postDot1qCustomerVlanId u16
256 ethernetType u16
257 postIpPrecedence u8
258 collectionTimeMilliseconds ms milliseconds
259 exportSctpStreamId u16
260 maxExportSeconds s seconds
261 maxFlowEndSeconds s seconds
262 messageMD5Checksum octets
263 messageScope u8
264 minExportSeconds s seconds
265 minFlowStartSeconds s seconds
266 opaqueOctets octets
267 sessionScope u8
268 maxFlowEndMicroseconds us microseconds
269 maxFlowEndMilliseconds ms milliseconds
270 maxFlowEndNanoseconds ns nanoseconds
271 minFlowStartMicroseconds us microseconds
272 minFlowStartMilliseconds ms milliseconds
273 minFlowStartNanoseconds ns nanoseconds
274 collectorCertificate octets
275 exporterCertificate octets
276 dataRecordsReliability bool
277 observationPointType u8
278 newConnectionDeltaCount u32
279 connectionSumDurationSeconds u64 seconds
280 connectionTransactionId u64
281 postNATSourceIPv6Address ip6
282 postNATDestinationIPv6Address ip6
283 natPoolId u32
284 natPoolName string
285 anonymizationFlags u16
286 anonymizationTechnique u16
287 informationElementIndex u16
288 p2pTechnology string
289 tunnelTechnology string
290 encryptedTechnology string
291 basicList list
292 subTemplateList stl
293 subTemplateMultiList stml
294 bgpValidityState u8
295 IPSecSPI u32
296 greKey u32
297 natType u8
298 initiatorPackets u64 packets
299 responderPackets u64 packets
300 observationDomainName string
301 selectionSequenceId u64
302 selectorId u64
303 informationElementId u16
304 selectorAlgorithm u16
305 samplingPacketInterval u32 packets
306 samplingPacketSpace u32 packets
307 samplingTimeInterval u32 microseconds
308 samplingTimeSpace u32 microseconds
309 samplingSize u32 packets
310 samplingPopulation u32 packets
311 samplingProbability f64
312 dataLinkFrameSize u16
313 ipHeaderPacketSection octets
314 ipPayloadPacketSection octets
315 dataLinkFrameSection octets
316 mplsLabelStackSection octets
317 mplsPayloadPacketSection octets
318 selectorIdTotalPktsObserved u64 packets
319 selectorIdTotalPktsSelected u64 packets
320 absoluteError f64
321 relativeError f64
322 observationTimeSeconds s seconds
323 observationTimeMilliseconds ms milliseconds
324 observationTimeMicroseconds us microseconds
325 observationTimeNanoseconds ns nanoseconds
326 digestHashValue u64
327 hashIPPayloadOffset u64
328 hashIPPayloadSize u64
329 hashOutputRangeMin u64
330 hashOutputRangeMax u64
331 hashSelectedRangeMin u64
332 hashSelectedRangeMax u64
333 hashDigestOutput bool
334 hashInitialiserValue u64
335 selectorName string
336 upperCILimit f64
337 lowerCILimit f64
338 confidenceLevel f64
339 informationElementDataType u8
340 informationElementDescription string
341 informationElementName string
342 informationElementRangeBegin u64
343 informationElementRangeEnd u64
344 informationElementSemantics u8
345 informationElementUnits u16
346 privateEnterpriseNumber u32
347 virtualStationInterfaceId octets
348 virtualStationInterfaceName string
349 virtualStationUUID octets
350 virtualStationName string
351 layer2SegmentId u64
352 layer2OctetDeltaCount u64 octets
353 layer2OctetTotalCount u64 octets
354 ingressUnicastPacketTotalCount u64 packets
355 ingressMulticastPacketTotalCount u64 packets
356 ingressBroadcastPacketTotalCount u64 packets
357 egressUnicastPacketTotalCount u64 packets
358 egressBroadcastPacketTotalCount u64 packets
359 monitoringIntervalStartMilliSeconds ms milliseconds
360 monitoringIntervalEndMilliSeconds ms milliseconds
361 portRangeStart u16
362 portRangeEnd u16
363 portRangeStepSize u16
364 portRangeNumPorts u16
365 staMacAddress mac
366 staIPv4Address ip4
367 wtpMacAddress mac
368 ingressInterfaceType u32
369 egressInterfaceType u32
370 rtpSequenceNumber u16
371 userName string
372 applicationCategoryName string
373 applicationSubCategoryName string
374 applicationGroupName string
375 originalFlowsPresent u64 flows
376 originalFlowsInitiated u64 flows
377 originalFlowsCompleted u64 flows
378 distinctCountOfSourceIPAddress u64
379 distinctCountOfDestinationIPAddress u64
380 distinctCountOfSourceIPv4Address u32
381 distinctCountOfDestinationIPv4Address u32
382 distinctCountOfSourceIPv6Address u64
383 distinctCountOfDestinationIPv6Address u64
384 valueDistributionMethod u8
385 rfc3550JitterMilliseconds u32 milliseconds
386 rfc3550JitterMicroseconds u32 microseconds
387 rfc3550JitterNanoseconds u32 nanoseconds
388 dot1qDEI bool
389 dot1qCustomerDEI bool
390 flowSelectorAlgorithm u16
391 flowSelectedOctetDeltaCount u64 octets
392 flowSelectedPacketDeltaCount u64 packets
393 flowSelectedFlowDeltaCount u64 flows
394 selectorIDTotalFlowsObserved u64 flows
395 selectorIDTotalFlowsSelected u64 flows
396 samplingFlowInterval u64 flows
397 samplingFlowSpacing u64 flows
398 flowSamplingTimeInterval u64 microseconds
399 flowSamplingTimeSpacing u64 microseconds
400 hashFlowDomain u16
401 transportOctetDeltaCount u64 octets
402 transportPacketDeltaCount u64 packets
403 originalExporterIPv4Address ip4
404 originalExporterIPv6Address ip6
405 originalObservationDomainId u32
406 intermediateProcessId u32
407 ignoredDataRecordTotalCount u64
408 dataLinkFrameType u16
409 sectionOffset u16
410 sectionExportedOctets u16
411 dot1qServiceInstanceTag octets
412 dot1qServiceInstanceId u32
413 dot1qServiceInstancePriority u8
414 dot1qCustomerSourceMacAddress mac
415 dot1qCustomerDestinationMacAddress mac
417 postLayer2OctetDeltaCount u64 octets
418 postMCastLayer2OctetDeltaCount u64 octets
420 postLayer2OctetTotalCount u64 octets
421 postMCastLayer2OctetTotalCount u64 octets
422 minimumLayer2TotalLength u64 octets
423 maximumLayer2TotalLength u64 octets
424 droppedLayer2OctetDeltaCount u64 octets
425 droppedLayer2OctetTotalCount u64 octets
426 ignoredLayer2OctetTotalCount u64 octets
427 notSentLayer2OctetTotalCount u64 octets
428 layer2OctetDeltaSumOfSquares u64 octets
429 layer2OctetTotalSumOfSquares u64 octets
430 layer2FrameDeltaCount u64 frames
431 layer2FrameTotalCount u64 frames
432 pseudoWireDestinationIPv4Address ip4
433 ignoredLayer2FrameTotalCount u64 frames
434 mibObjectValueInteger i32
435 mibObjectValueOctetString octets
436 mibObjectValueOID octets
437 mibObjectValueBits octets
438 mibObjectValueIPAddress ip4
439 mibObjectValueCounter u64
440 mibObjectValueGauge u32
441 mibObjectValueTimeTicks u32
442 mibObjectValueUnsigned u32
443 mibObjectValueTable stl
444 mibObjectValueRow stl
445 mibObjectIdentifier octets
446 mibSubIdentifier u32
447 mibIndexIndicator u64
448 mibCaptureTimeSemantics u8
449 mibContextEngineID octets
450 mibContextName string
451 mibObjectName string
452 mibObjectDescription string
453 mibObjectSyntax string
454 mibModuleName string
455 mobileIMSI string
456 mobileMSISDN string
457 httpStatusCode u16
458 sourceTransportPortsLimit u16
459 httpRequestMethod string
460 httpRequestHost string
461 httpRequestTarget string
462 httpMessageVersion string
463 natInstanceID u32
464 internalAddressRealm octets
465 externalAddressRealm octets
466 natQuotaExceededEvent u32
467 natThresholdEvent u32
468 httpUserAgent string
469 httpContentType string
470 httpReasonPhrase string
471 maxSessionEntries u32
472 maxBIBEntries u32
473 maxEntriesPerUser u32
474 maxSubscribers u32
475 maxFragmentsPendingReassembly u32
476 addressPoolHighThreshold u32
477 addressPoolLowThreshold u32
478 addressPortMappingHighThreshold u32
479 addressPortMappingLowThreshold u32
480 addressPortMappingPerUserHighThreshold u32
481 globalAddressMappingHighThreshold u32
482 vpnIdentifier octets
483 bgpCommunity u32
484 bgpSourceCommunityList list
485 bgpDestinationCommunityList list
486 bgpExtendedCommunity octets
487 bgpSourceExtendedCommunityList list
488 bgpDestinationExtendedCommunityList list
489 bgpLargeCommunity octets
490 bgpSourceLargeCommunityList list
491 bgpDestinationLargeCommunityList list
492 srhFlagsIPv6 u8
493 srhTagIPv6 u16
494 srhSegmentIPv6 ip6
495 srhActiveSegmentIPv6 ip6
496 srhSegmentIPv6BasicList list
497 srhSegmentIPv6ListSection octets
498 srhSegmentsIPv6Left u8
499 srhIPv6Section octets
500 srhIPv6ActiveSegmentType u8
501 srhSegmentIPv6LocatorLength u8
502 srhSegmentIPv6EndpointBehavior u16
503 transportChecksum u16
504 icmpHeaderPacketSection octets
505 gtpuFlags u8
506 gtpuMsgType u8
507 gtpuTEid u32
508 gtpuSequenceNum u16
509 gtpuQFI u8
510 gtpuPduType u8
511 bgpSourceAsPathList list
512 bgpDestinationAsPathList list
`;
