import { useRights } from "../api/session";
import { PacsSection } from "../pacs/PacsSection";
import { QuarantineSection } from "../quarantine/QuarantineSection";
import { ArchiveFrame, type Section } from "./ArchiveFrame";
import { ChecksSection } from "./ChecksSection";
import { ImagesSection } from "./ImagesSection";
import { ImportSection } from "./ImportSection";
import { Overview } from "./Overview";
import { ReleaseSection } from "./ReleaseSection";

const SHOWN: Record<Section, () => React.ReactNode> = {
  overview: Overview,
  images: ImagesSection,
  checks: ChecksSection,
  import: ImportSection,
  quarantine: QuarantineSection,
  pacs: PacsSection,
  release: ReleaseSection,
};

/** The archive: what it holds, its images, checks, import, quarantine and PACS. */
export default function ArchivePage({ params }: { params: { section?: string } }) {
  const may = useRights();
  const first: Section = may("see_archive") ? "overview" : may("bring_images") ? "import" : "quarantine";
  const section = (params.section ?? first) as Section;
  const Shown = SHOWN[section] ?? SHOWN[first];
  return (
    <ArchiveFrame section={section in SHOWN ? section : first}>
      <Shown />
    </ArchiveFrame>
  );
}
