#include "io/atomic_model.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <gemmi/assembly.hpp>
#include <gemmi/cif.hpp>
#include <gemmi/it92.hpp>
#include <gemmi/mmcif.hpp>
#include <gemmi/mmread.hpp>
#include <gemmi/pdb.hpp>
#include <gemmi/smcif.hpp>
#include <set>
#include <utility>
#include <vector>

#include "io/reflection_sphere.hpp"
#include "model/error.hpp"

namespace nbt::io {
namespace {

namespace cif = gemmi::cif;

// An atom and its image nearer than this are one atom on a special position. Far above rounded coordinates, below
// any real distance between the halves of a split atom.
constexpr double special_position_A = 0.1;

// Both formats are ASCII; other letters stand in names and remarks, and gemmi shifts them as negative numbers.
std::string ascii_of(std::string_view text) {
  std::string result(text);
  for (char& letter : result) {
    if (static_cast<unsigned char>(letter) > 127) letter = '?';
  }
  return result;
}

class ModelReader {
 public:
  explicit ModelReader(std::string name) : name_(std::move(name)) {}

  AtomicModel read(std::string_view text) const {
    switch (gemmi::coor_format_from_content(text.data(), text.data() + text.size())) {
      case gemmi::CoorFormat::Mmcif:
        return from_cif(cif::read_memory(text.data(), text.size(), name_.c_str()));
      case gemmi::CoorFormat::Pdb:
        return from_macromolecule(gemmi::read_pdb_from_memory(text.data(), text.size(), name_));
      default:
        fail("it is empty or neither CIF nor PDB");
    }
  }

  [[noreturn]] void fail(const std::string& reason) const {
    throw Error(Status::file, "cannot read the model " + name_ + ": " + reason);
  }

 private:
  AtomicModel from_cif(const cif::Document& document) const {
    for (const cif::Block& block : document.blocks) {
      if (block.has_tag("_atom_site_fract_x")) return from_small_structure(block);
      if (block.has_tag("_atom_site.Cartn_x")) return from_macromolecule(gemmi::make_structure_from_block(block));
    }
    fail("no block has atoms (_atom_site_fract_x or _atom_site.Cartn_x)");
  }

  AtomicModel from_small_structure(const cif::Block& block) const {
    AtomicModel model;
    gemmi::SmallStructure structure = gemmi::make_small_structure_from_block(block);
    require_cell(structure.cell);
    set_symmetry(model, block, structure);
    require_compatible(structure.cell, model.operations, model.space_group);
    set_images(structure.cell, model.operations);
    if (structure.sites.empty()) fail("it has no atoms");
    for (const gemmi::SmallStructure::Site& site : structure.sites) {
      require_atom(site.element, site.fract, site.label);
      require_numbers({site.occ, site.u_iso}, site.aniso, site.label);
    }
    structure.change_occupancies_to_crystallographic(special_position_A);
    model.atoms = std::move(structure);
    return model;
  }

  AtomicModel from_macromolecule(gemmi::Structure structure) const {
    if (structure.models.empty() || count_atoms(structure.models.front()) == 0) {
      fail("it has no atoms; a small-structure CIF, mmCIF or PDB file is expected");
    }
    structure.models.resize(1, structure.models.front());
    require_cell(structure.cell);
    const gemmi::SpaceGroup* group = structure.find_spacegroup();
    if (group == nullptr) fail("space group '" + structure.spacegroup_hm + "' is not known");
    AtomicModel model;
    model.space_group = group->xhm();
    model.operations = group->operations();
    require_compatible(structure.cell, model.operations, model.space_group);
    gemmi::expand_ncs(structure, gemmi::HowToNameCopiedChain::Dup);
    set_images(structure.cell, model.operations);
    require_atoms(structure.models.front());
    model.atoms = std::move(structure);
    return model;
  }

  // gemmi leaves 1 1 1 90 90 90 where a file names no cell.
  void require_cell(const gemmi::UnitCell& cell) const {
    if (!cell.is_crystal()) fail("it has no unit cell");
    try {
      checked_cell(lengths_angles(cell));
    } catch (const Error& error) {
      fail(error.what());
    }
  }

  void require_atoms(const gemmi::Model& atoms) const {
    for (const gemmi::const_CRA& place : atoms.all()) {
      const gemmi::Atom& atom = *place.atom;
      const std::string label = place.chain->name + "/" + place.residue->str() + "/" + atom.name;
      require_atom(atom.element, atom.pos, label);
      require_numbers({atom.occ, atom.b_iso}, atom.aniso, label);
    }
  }

  void require_atom(const gemmi::Element& element, const gemmi::Vec3& place, const std::string& label) const {
    // The table has an entry for the unknown element X; it means nothing.
    if (element == gemmi::El::X || !gemmi::IT92<double>::has(element.elem)) {
      fail("atom " + label + " has no known element with a scattering factor");
    }
    if (!std::isfinite(place.x) || !std::isfinite(place.y) || !std::isfinite(place.z)) {
      fail("atom " + label + " has no usable coordinates");
    }
  }

  template <class Number>
  void require_numbers(std::initializer_list<Number> values, const gemmi::SMat33<Number>& anisotropic,
                       const std::string& label) const {
    const auto is_finite = [](Number value) { return std::isfinite(value); };
    const auto elements = anisotropic.elements_pdb();
    if (!std::all_of(values.begin(), values.end(), is_finite) ||
        !std::all_of(elements.begin(), elements.end(), is_finite)) {
      fail("atom " + label + " has an occupancy or displacement parameter that is not a number");
    }
  }

  // The list of operations is what a CIF means; the name may belong to another origin or setting.
  void set_symmetry(AtomicModel& model, const cif::Block& block, const gemmi::SmallStructure& structure) const {
    const std::vector<gemmi::Op> listed = listed_operations(block);
    if (!listed.empty()) {
      model.operations = group_of(listed);
      const gemmi::SpaceGroup* group = gemmi::find_spacegroup_by_ops(model.operations);
      model.space_group = group != nullptr ? group->xhm() : structure.spacegroup_hm + " (as listed)";
      return;
    }
    const gemmi::SpaceGroup* group = structure.find_spacegroup();
    if (group == nullptr) group = numbered_group(block);
    if (group == nullptr) fail("it names no known space group ('" + structure.spacegroup_hm + "') and no operations");
    model.space_group = group->xhm();
    model.operations = group->operations();
  }

  static std::vector<gemmi::Op> listed_operations(const cif::Block& block) {
    std::vector<gemmi::Op> operations;
    for (const char* tag :
         {"_space_group_symop_operation_xyz", "_space_group_symop.operation_xyz", "_symmetry_equiv_pos_as_xyz"}) {
      for (const std::string& value : const_cast<cif::Block&>(block).find_values(tag)) {
        operations.push_back(gemmi::parse_triplet(cif::as_string(value)).wrap());
      }
      if (!operations.empty()) break;
    }
    return operations;
  }

  static const gemmi::SpaceGroup* numbered_group(const cif::Block& block) {
    for (const char* tag : {"_space_group_IT_number", "_symmetry_Int_Tables_number"}) {
      if (const std::string* value = block.find_value(tag)) {
        return gemmi::find_spacegroup_by_number(cif::as_int(*value, 0));
      }
    }
    return nullptr;
  }

  // A list that lost lines is no group: two of its operations lead to one that is missing.
  gemmi::GroupOps group_of(const std::vector<gemmi::Op>& listed) const {
    const std::set<gemmi::Op> all(listed.begin(), listed.end());
    for (const gemmi::Op& first : all) {
      for (const gemmi::Op& second : all) {
        if (all.count(first * second) == 0) {
          fail("its symmetry operations are no group: " + first.triplet() + " and " + second.triplet() + " need " +
               (first * second).triplet());
        }
      }
    }
    return gemmi::split_centering_vectors({all.begin(), all.end()});
  }

  static void set_images(gemmi::UnitCell& cell, const gemmi::GroupOps& operations) {
    cell.images.clear();
    for (const gemmi::Op operation : operations) {
      if (operation == gemmi::Op::identity()) continue;
      cell.images.push_back(gemmi::Transform{gemmi::rot_as_mat33(operation), gemmi::tran_as_vec3(operation)});
    }
    cell.cs_count = static_cast<short>(cell.images.size());
  }

  std::string name_;
};

}  // namespace

std::size_t count_atoms(const gemmi::Model& model) {
  std::size_t count = 0;
  for (const gemmi::Chain& chain : model.chains) {
    for (const gemmi::Residue& residue : chain.residues) count += residue.atoms.size();
  }
  return count;
}

AtomicModel read_atomic_model(std::string_view text, const std::string& name) {
  const ModelReader reader(name);
  try {
    return reader.read(ascii_of(text));
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& problem) {
    reader.fail(problem.what());
  }
}

}  // namespace nbt::io
