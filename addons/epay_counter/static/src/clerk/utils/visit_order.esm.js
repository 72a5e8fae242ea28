/**
 * The rows of the waiting room, newest activity first as the server tells them. While a
 * hand is at the list none moves: who is new comes below.
 *
 * @param {Object[]} visits as the server tells them
 * @param {Object[]} shown as they stand on the screen
 * @param {Boolean} isTouched
 * @returns {Object[]} `visits` in the order in which they are to be shown
 */
export function arrange(visits, shown, isTouched) {
    if (!isTouched) {
        return visits;
    }
    const places = new Map(shown.map(({id}, place) => [id, place]));
    const known = visits.filter(({id}) => places.has(id));
    return [
        ...known.sort((one, other) => places.get(one.id) - places.get(other.id)),
        ...visits.filter(({id}) => !places.has(id)).reverse(),
    ];
}
