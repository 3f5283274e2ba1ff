// What warnings say, in four languages. Plain words; `{name}` is filled in. A test holds the languages' keys and places equal.
import type { Language } from '../../core/languages.ts';
import type { EvidenceClass } from '../evidence-class.ts';

type Certain = Exclude<EvidenceClass, 'E0' | 'E1' | 'unknown-sampled'>;

export interface WarningTexts {
  readonly subject: string;
  readonly greeting: string;
  readonly toEntity: string;
  readonly toOperator: string;
  readonly purpose: string;
  readonly seen: string;
  readonly threat: string;
  readonly flows: string;
  readonly hours: string;
  readonly certainty: Readonly<Record<Certain | 'weak', string>>;
  readonly incomplete: string;
  readonly clock: string;
  readonly whatToDo: string;
  readonly doEntity: readonly string[];
  readonly doOperator: readonly string[];
  readonly object: string;
  readonly law: string;
  readonly erased: string;
  readonly sender: string;
  readonly retractSubject: string;
  readonly retract: string;
  readonly retractWhat: string;
  readonly retractDo: string;
  /** Of what takes warnings back by itself (retracting.ts). */
  readonly reasons: Readonly<Record<'dispute upheld' | 'no longer the server', string>>;
}

const en: WarningTexts = {
  subject: '[{ticket}] Systems in your network have contacted a command-and-control server',
  greeting: 'To whoever is responsible for security at {recipient},',
  toEntity:
    'Systems with the addresses below, which are registered as yours, have been in contact with servers that are known to control compromised systems.',
  toOperator:
    'Your customers with the addresses below have been in contact with servers that are known to control compromised systems. We do not know who they are: please identify and inform them.',
  purpose: 'You receive this so that those concerned can protect themselves; it serves no other purpose.',
  seen: 'What was seen',
  threat: 'threat: {threat}',
  flows: '{flows} flows between {first} and {last}',
  hours: 'in {hours} distinct hours; source ports: {ports}',
  certainty: {
    weak: 'Certainty: low. Contact was seen, but not that a connection came about.',
    E2: 'Certainty: moderate. Traffic was exchanged in both directions.',
    E3: 'Certainty: high. Traffic was exchanged in several distinct hours.',
    E4: 'Certainty: very high. Traffic was exchanged in several distinct hours, at regular intervals, as malware does that asks for orders.',
  },
  incomplete: 'Not all of the traffic of this time could be looked at: there may have been more.',
  clock: "All times are UTC, by the clocks of the operator's routers.",
  whatToDo: 'What you can do',
  doEntity: [
    'Find the systems that used these addresses at these times, in your firewall, proxy and DHCP logs.',
    'Isolate them from the network, without switching them off: memory holds evidence.',
    'Look for the same contacts of other systems, and have the systems examined before they are used again.',
    'If you are an essential or important entity, see whether the incident must be notified.',
  ],
  doOperator: [
    'Find the customer who had the address, and where addresses are shared the source port, at these times.',
    'Inform the customer, and tell us only that this was done: we need no name.',
  ],
  object: 'If you think that this is wrong, or object to it: {object}, naming {ticket}.',
  law: 'Legal basis: authorisation {authorisations}.',
  erased:
    'What we hold about these contacts is erased as soon as the warning is dealt with, and after a year at the latest.',
  sender:
    'This warning was drawn up from network traffic data (addresses, ports, times, volumes); no content of communications was seen.',
  retractSubject: '[{ticket}] Withdrawn: our warning was wrong',
  retract:
    'On {date} we warned you, under the number {ticket}, of contacts with command-and-control servers. That warning is withdrawn: {reason}',
  retractWhat: 'It concerned the server {c2}.',
  retractDo: 'You need do nothing more about it, and can lift what you did because of it. We apologise.',
  reasons: {
    'dispute upheld': 'a review has shown that the server was not a command-and-control server at that time.',
    'no longer the server':
      'it has turned out that at that time the address no longer belonged to the command-and-control server.',
  },
};

const nl: WarningTexts = {
  subject: '[{ticket}] Systemen in uw netwerk hadden contact met een command-and-controlserver',
  greeting: 'Aan de verantwoordelijke voor beveiliging bij {recipient},',
  toEntity:
    'Systemen met de onderstaande adressen, die op uw naam geregistreerd zijn, hadden contact met servers waarvan bekend is dat ze gecompromitteerde systemen aansturen.',
  toOperator:
    'Uw klanten met de onderstaande adressen hadden contact met servers waarvan bekend is dat ze gecompromitteerde systemen aansturen. Wij weten niet wie zij zijn: gelieve hen te identificeren en in te lichten.',
  purpose: 'U ontvangt dit opdat de betrokkenen zich kunnen beschermen; het dient geen ander doel.',
  seen: 'Wat er werd gezien',
  threat: 'dreiging: {threat}',
  flows: '{flows} flows tussen {first} en {last}',
  hours: 'in {hours} verschillende uren; bronpoorten: {ports}',
  certainty: {
    weak: 'Zekerheid: laag. Er werd contact gezien, maar niet dat er een verbinding tot stand kwam.',
    E2: 'Zekerheid: matig. Er werd verkeer in beide richtingen uitgewisseld.',
    E3: 'Zekerheid: hoog. Er werd verkeer uitgewisseld in verscheidene uren.',
    E4: 'Zekerheid: zeer hoog. Er werd verkeer uitgewisseld in verscheidene uren, met regelmatige tussenpozen, zoals malware doet die om opdrachten vraagt.',
  },
  incomplete: 'Niet al het verkeer van deze periode kon worden bekeken: er kan meer geweest zijn.',
  clock: 'Alle tijden zijn UTC, volgens de klokken van de routers van de operator.',
  whatToDo: 'Wat u kunt doen',
  doEntity: [
    'Zoek de systemen die deze adressen op deze tijdstippen gebruikten, in de logboeken van firewall, proxy en DHCP.',
    'Koppel ze los van het netwerk zonder ze uit te schakelen: het geheugen bevat bewijs.',
    'Zoek dezelfde contacten van andere systemen, en laat de systemen onderzoeken voor ze weer gebruikt worden.',
    'Bent u een essentiële of belangrijke entiteit, ga dan na of het incident gemeld moet worden.',
  ],
  doOperator: [
    'Zoek de klant die het adres had, en waar adressen gedeeld worden de bronpoort, op deze tijdstippen.',
    'Licht de klant in, en meld ons enkel dat dit gebeurd is: wij hebben geen naam nodig.',
  ],
  object: 'Denkt u dat dit niet klopt, of maakt u bezwaar: {object}, met vermelding van {ticket}.',
  law: 'Rechtsgrond: machtiging {authorisations}.',
  erased:
    'Wat wij over deze contacten bewaren, wordt gewist zodra de waarschuwing is afgehandeld, en uiterlijk na een jaar.',
  sender:
    'Deze waarschuwing is opgesteld uit netwerkverkeersgegevens (adressen, poorten, tijdstippen, volumes); er werd geen inhoud van communicatie gezien.',
  retractSubject: '[{ticket}] Ingetrokken: onze waarschuwing was onjuist',
  retract:
    'Op {date} waarschuwden wij u, onder het nummer {ticket}, voor contacten met command-and-controlservers. Die waarschuwing is ingetrokken: {reason}',
  retractWhat: 'Het ging om de server {c2}.',
  retractDo:
    'U hoeft er niets meer voor te doen, en kunt ongedaan maken wat u ervoor deed. Onze verontschuldigingen.',
  reasons: {
    'dispute upheld': 'uit onderzoek bleek dat de server op dat moment geen command-and-controlserver was.',
    'no longer the server':
      'het is gebleken dat het adres op dat moment niet meer van de command-and-controlserver was.',
  },
};

const fr: WarningTexts = {
  subject: '[{ticket}] Des systèmes de votre réseau ont contacté un serveur de commande et de contrôle',
  greeting: "À l'attention du responsable de la sécurité de {recipient},",
  toEntity:
    'Des systèmes portant les adresses ci-dessous, enregistrées à votre nom, ont été en contact avec des serveurs connus pour commander des systèmes compromis.',
  toOperator:
    'Vos clients portant les adresses ci-dessous ont été en contact avec des serveurs connus pour commander des systèmes compromis. Nous ne savons pas qui ils sont : veuillez les identifier et les informer.',
  purpose:
    'Vous recevez ceci afin que les personnes concernées puissent se protéger ; cela ne sert aucune autre finalité.',
  seen: 'Ce qui a été vu',
  threat: 'menace : {threat}',
  flows: '{flows} flux entre {first} et {last}',
  hours: 'en {hours} heures distinctes ; ports source : {ports}',
  certainty: {
    weak: "Certitude : faible. Un contact a été vu, mais non l'établissement d'une connexion.",
    E2: 'Certitude : moyenne. Du trafic a été échangé dans les deux sens.',
    E3: 'Certitude : élevée. Du trafic a été échangé pendant plusieurs heures distinctes.',
    E4: 'Certitude : très élevée. Du trafic a été échangé pendant plusieurs heures distinctes, à intervalles réguliers, comme le fait un logiciel malveillant qui demande des ordres.',
  },
  incomplete: "Tout le trafic de cette période n'a pas pu être examiné : il peut y en avoir eu davantage.",
  clock: "Toutes les heures sont en UTC, selon les horloges des routeurs de l'opérateur.",
  whatToDo: 'Ce que vous pouvez faire',
  doEntity: [
    'Retrouvez les systèmes qui utilisaient ces adresses à ces moments, dans les journaux du pare-feu, du proxy et du DHCP.',
    'Isolez-les du réseau sans les éteindre : la mémoire contient des preuves.',
    "Cherchez les mêmes contacts d'autres systèmes, et faites examiner les systèmes avant de les réutiliser.",
    "Si vous êtes une entité essentielle ou importante, voyez si l'incident doit être notifié.",
  ],
  doOperator: [
    "Retrouvez le client qui avait l'adresse et, là où les adresses sont partagées, le port source, à ces moments.",
    "Informez le client, et dites-nous seulement que c'est fait : nous n'avons besoin d'aucun nom.",
  ],
  object: 'Si vous pensez que ceci est inexact, ou vous y opposez : {object}, en mentionnant {ticket}.',
  law: 'Base légale : autorisation {authorisations}.',
  erased:
    "Ce que nous conservons sur ces contacts est effacé dès que l'avertissement est traité, et après un an au plus tard.",
  sender:
    "Cet avertissement a été établi à partir de données de trafic (adresses, ports, heures, volumes) ; aucun contenu de communication n'a été vu.",
  retractSubject: '[{ticket}] Retiré : notre avertissement était erroné',
  retract:
    'Le {date}, nous vous avons averti, sous le numéro {ticket}, de contacts avec des serveurs de commande et de contrôle. Cet avertissement est retiré : {reason}',
  retractWhat: 'Il concernait le serveur {c2}.',
  retractDo:
    "Vous n'avez plus rien à faire à ce sujet, et pouvez lever les mesures prises. Nous vous présentons nos excuses.",
  reasons: {
    'dispute upheld':
      "un examen a montré que le serveur n'était pas un serveur de commande et de contrôle à ce moment.",
    'no longer the server':
      "il s'est avéré qu'à ce moment l'adresse n'appartenait plus au serveur de commande et de contrôle.",
  },
};

const de: WarningTexts = {
  subject: '[{ticket}] Systeme in Ihrem Netz hatten Kontakt mit einem Command-and-Control-Server',
  greeting: 'An die für Sicherheit Verantwortlichen bei {recipient},',
  toEntity:
    'Systeme mit den folgenden Adressen, die auf Sie eingetragen sind, hatten Kontakt mit Servern, von denen bekannt ist, dass sie befallene Systeme steuern.',
  toOperator:
    'Ihre Kunden mit den folgenden Adressen hatten Kontakt mit Servern, von denen bekannt ist, dass sie befallene Systeme steuern. Wir wissen nicht, wer sie sind: Bitte stellen Sie sie fest und unterrichten Sie sie.',
  purpose: 'Sie erhalten dies, damit die Betroffenen sich schützen können; es dient keinem anderen Zweck.',
  seen: 'Was gesehen wurde',
  threat: 'Bedrohung: {threat}',
  flows: '{flows} Flows zwischen {first} und {last}',
  hours: 'in {hours} verschiedenen Stunden; Quellports: {ports}',
  certainty: {
    weak: 'Gewissheit: gering. Kontakt wurde gesehen, nicht aber, dass eine Verbindung zustande kam.',
    E2: 'Gewissheit: mäßig. Es wurde Verkehr in beide Richtungen ausgetauscht.',
    E3: 'Gewissheit: hoch. Es wurde in mehreren verschiedenen Stunden Verkehr ausgetauscht.',
    E4: 'Gewissheit: sehr hoch. Es wurde in mehreren verschiedenen Stunden in regelmäßigen Abständen Verkehr ausgetauscht, wie es Schadsoftware tut, die Befehle abholt.',
  },
  incomplete: 'Nicht der ganze Verkehr dieser Zeit konnte betrachtet werden: Es kann mehr gewesen sein.',
  clock: 'Alle Zeiten sind UTC, nach den Uhren der Router des Betreibers.',
  whatToDo: 'Was Sie tun können',
  doEntity: [
    'Suchen Sie die Systeme, die diese Adressen zu diesen Zeiten hatten, in den Protokollen von Firewall, Proxy und DHCP.',
    'Trennen Sie sie vom Netz, ohne sie auszuschalten: Der Speicher enthält Beweise.',
    'Suchen Sie dieselben Kontakte anderer Systeme, und lassen Sie die Systeme untersuchen, bevor sie wieder benutzt werden.',
    'Sind Sie eine wesentliche oder wichtige Einrichtung, prüfen Sie, ob der Vorfall zu melden ist.',
  ],
  doOperator: [
    'Suchen Sie den Kunden, der zu diesen Zeiten die Adresse und, wo Adressen geteilt werden, den Quellport hatte.',
    'Unterrichten Sie den Kunden, und sagen Sie uns nur, dass es geschehen ist: Wir brauchen keinen Namen.',
  ],
  object: 'Wenn Sie dies für falsch halten oder widersprechen: {object}, mit der Nummer {ticket}.',
  law: 'Rechtsgrundlage: Genehmigung {authorisations}.',
  erased:
    'Was wir über diese Kontakte haben, wird gelöscht, sobald die Warnung erledigt ist, spätestens nach einem Jahr.',
  sender:
    'Diese Warnung beruht auf Verkehrsdaten (Adressen, Ports, Zeiten, Mengen); Inhalte von Kommunikation wurden nicht gesehen.',
  retractSubject: '[{ticket}] Zurückgezogen: Unsere Warnung war falsch',
  retract:
    'Am {date} haben wir Sie unter der Nummer {ticket} vor Kontakten mit Command-and-Control-Servern gewarnt. Diese Warnung ist zurückgezogen: {reason}',
  retractWhat: 'Es ging um den Server {c2}.',
  retractDo:
    'Sie müssen deswegen nichts mehr tun und können aufheben, was Sie deswegen getan haben. Wir bitten um Entschuldigung.',
  reasons: {
    'dispute upheld':
      'eine Prüfung hat gezeigt, dass der Server zu dieser Zeit kein Command-and-Control-Server war.',
    'no longer the server':
      'es hat sich gezeigt, dass die Adresse zu dieser Zeit nicht mehr dem Command-and-Control-Server gehörte.',
  },
};

export const TEXTS: Readonly<Record<Language, WarningTexts>> = { nl, fr, de, en };
